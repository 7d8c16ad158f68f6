//! `plan!` and `#[event("…")]`: Rust types from the plan, written as text and read once by rustc's lexer.

use std::fmt::Write;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, LitStr};
use trackplan_schema::lock::{self, Kind, Property, Record};
use trackplan_schema::naming::Case;

use crate::check::{Subject, converter, told_at};
use crate::code::{Code, PRIVATE, quoted, read, written_out};
use crate::flag;
use crate::mistakes::Mistakes;
use crate::plan::{self, Plan};
use crate::structs::{Target, broken, implement};

/// `#[event("…")]` on a struct: without fields it gets those of the plan.
pub(crate) fn event(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(item.clone()) {
        Ok(input) => input,
        Err(error) => {
            let error = syn::Error::new(error.span(), FOR_STRUCTS).into_compile_error();
            return quote!(#item #error);
        }
    };
    event_struct(arguments, &input).unwrap_or_else(|mistakes| {
        let broken = broken(Target::Event, &input, mistakes.into_compile_error());
        quote!(#item #broken)
    })
}

const FOR_STRUCTS: &str = "`#[event]` is for structs";

fn event_struct(arguments: TokenStream, input: &DeriveInput) -> syn::Result<TokenStream> {
    let name: LitStr = match syn::parse2(arguments) {
        Ok(name) => name,
        Err(error) => {
            let message = "expected the event's name in quotes: #[event(\"user_signed_up\")]";
            return Err(syn::Error::new(error.span(), message));
        }
    };
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new(input.ident.span(), FOR_STRUCTS));
    };
    if !matches!(data.fields, syn::Fields::Unit) {
        let (ident, generics) = (&input.ident, &input.generics);
        let implementation = implement(Target::Event, &name, ident, generics, &data.fields)?;
        return Ok(quote!(#input #implementation));
    }
    let plan = match plan::current() {
        Ok(plan) => plan,
        Err(message) => {
            let errors = Mistakes::of_plan(message, name.span()).to_compile_errors();
            let broken = broken(Target::Event, input, errors);
            return Ok(quote!(#input #broken));
        }
    };
    let subject = told_at(name.span(), Subject::event(&plan, &name.value()))?;
    if subject.field("source") == Some("frontend") {
        let message = format!("the {} is tracked in the frontend", subject.noun);
        return Err(syn::Error::new(name.span(), message));
    }
    let mut text = Types::new(&plan);
    let ident = input.ident.to_string();
    let properties = subject.sendable();
    let fields = text.fields(&subject, &properties, &ident);
    let docs = text.documentation(&subject);
    text.implementation(&subject, properties, &ident, fields.generics, Target::Event);
    let tracking = format!(
        "const _: fn() = || {{ ::core::include_bytes!({:?}); }};",
        subject.path
    );
    text.0.push_str(&tracking);
    // As it is: a plan's words may hold an `@`.
    let mut code = Code::default()
        .tokens(read(&docs))
        .tokens(read(fields.allow));
    for attribute in &input.attrs {
        code = code.tokens(attribute);
    }
    let code = code
        .tokens(&input.vis)
        .text("struct")
        .tokens(&input.ident)
        .text(fields.generics)
        .braces(read(&fields.text))
        .tokens(read(&text.0));
    Ok(code.into_token_stream())
}

/// `plan!()`: every event that Rust may track, every enum, the person, the groups and the flags.
pub(crate) fn plan(input: &TokenStream) -> TokenStream {
    if !input.is_empty() {
        let message = "`plan!` takes no arguments: it generates the whole plan; for one event write `#[event(\"…\")]`";
        return syn::Error::new_spanned(input, message).to_compile_error();
    }
    let plan = match plan::current() {
        Ok(plan) => plan,
        Err(message) => return Mistakes::of_plan(message, Span::call_site()).to_compile_errors(),
    };
    let mut text = Types::new(&plan);
    for name in plan.names(Kind::Enum) {
        text.shared_enum(name);
    }
    for name in plan.names(Kind::Event) {
        if let Ok(subject) = Subject::event(&plan, name)
            && subject.field("source") != Some("frontend")
        {
            text.structure(&subject, &Case::Pascal.convert(name), Target::Event);
        }
    }
    if let Ok(subject) = Subject::person(&plan) {
        text.structure(&subject, "Person", Target::Person);
    }
    for name in plan.names(Kind::Group) {
        if let Ok(subject) = Subject::of_group(&plan, name) {
            text.structure(&subject, &Case::Pascal.convert(name), Target::Group);
        }
    }
    text.flags(plan.names(Kind::Flag));
    // The index changes whenever a source of the plan does.
    for path in plan.tracked_paths() {
        _ = write!(
            text.0,
            "const _: fn() = || {{ ::core::include_bytes!({path:?}); }};"
        );
    }
    read(&text.0)
}

/// The longest tuple that the client takes as the fields of a struct.
const MOST_FIELDS: usize = 12;

/// Types under construction, beside the plan that they come from.
struct Types<'a>(String, &'a Plan);

/// The fields of a struct under construction.
#[derive(Default)]
struct Fields {
    text: String,
    /// The generics of the struct, if a field borrows.
    generics: &'static str,
    /// An attribute of the struct: of a field that the plan does not describe, the name is all that there is to say.
    allow: &'static str,
}

impl<'a> Types<'a> {
    fn new(plan: &'a Plan) -> Self {
        Self(String::new(), plan)
    }

    fn structure(&mut self, subject: &Subject, ident: &str, target: Target) {
        let properties = subject.sendable();
        let Fields {
            text: fields,
            generics,
            allow,
        } = self.fields(subject, &properties, ident);
        let docs = self.documentation(subject);
        let default = if target == Target::Event {
            ""
        } else {
            "#[derive(::core::default::Default)]"
        };
        _ = write!(
            self.0,
            "{docs}{allow}{default} pub struct {ident}{generics} {{ {fields} }}"
        );
        self.implementation(subject, properties, ident, generics, target);
    }

    /// The fields of a struct; enums that properties declare inline are written beside it.
    fn fields(&mut self, subject: &Subject, properties: &[Property<'_>], ident: &str) -> Fields {
        let mut fields = Fields::default();
        for &property in properties {
            let own_type = self.type_of(property, subject, ident);
            let (ty, borrows) = rust_type(property, subject.is_update(), &own_type);
            if borrows {
                fields.generics = "<'a>";
            }
            match property.description() {
                Some(description) => fields.text.push_str(&doc(&lock::unescape(description))),
                None => fields.allow = "#[allow(missing_docs)]",
            }
            _ = write!(fields.text, " pub {}: {ty},", field_name(property.name()));
        }
        fields
    }

    /// The Rust enum of a property: a shared one by its name, an inline one by the struct's and the property's. So is
    /// the struct of an object.
    fn type_of(&mut self, property: Property<'_>, subject: &Subject, ident: &str) -> String {
        if property.type_name() == "object" {
            return self.object_of(property, subject, ident);
        }
        let Some(name) = property.enum_name() else {
            return String::new();
        };
        if !name.as_bytes().contains(&b'.') {
            return Case::Pascal.convert(name);
        }
        let of_enum = format!("{ident}{}", Case::Pascal.convert(property.name()));
        let docs = format!(
            "The values of `{}` of the {}.",
            property.name(),
            subject.noun
        );
        self.enumeration(&of_enum, name, &docs, property.members());
        of_enum
    }

    fn object_of(&mut self, property: Property<'_>, subject: &Subject, ident: &str) -> String {
        let name = format!("{ident}{}", Case::Pascal.convert(property.name()));
        let docs = format!(
            "The fields of `{}` of the {}.",
            property.name(),
            subject.noun
        );
        let object = Subject::of_object(property, property.name(), &subject.path);
        let Fields {
            text: fields,
            generics,
            allow,
        } = self.fields(&object, &object.sendable(), &name);
        let mut values = String::new();
        for field in object.properties() {
            match field.pii() {
                Some("secret") => _ = write!(values, "{PRIVATE}Value::Absent,"),
                _ => values.push_str(&value(field, false, false)),
            }
        }
        let hash = object.object_hash();
        let of = if generics.is_empty() { "" } else { "<'_>" };
        _ = write!(
            self.0,
            "#[doc = {docs:?}] {allow} pub struct {name}{generics} {{ {fields} }} \
             #[automatically_derived] impl {PRIVATE}Object for {name}{of} {{ \
             fn lend(&self, taker: {PRIVATE}Taker<'_>) {{ taker.values(&[{values}]) }} }} \
             #[automatically_derived] impl {PRIVATE}ObjectOf<{hash}u64> for {name}{of} {{}}"
        );
        format!("{name}{generics}")
    }

    fn shared_enum(&mut self, name: &str) {
        let Some(file) = self.1.file(Kind::Enum, name) else {
            return;
        };
        if let Ok(record) = Record::parse(Kind::Enum, &file.text) {
            let docs = format!("The enum `{name}` of the tracking plan.");
            self.enumeration(&Case::Pascal.convert(name), name, &docs, record.members());
        }
    }

    fn enumeration(&mut self, ident: &str, name: &str, docs: &str, members: Vec<&str>) {
        _ = write!(
            self.0,
            "#[doc = {docs:?}] #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::marker::Copy, \
             ::core::cmp::PartialEq, ::core::cmp::Eq, ::core::hash::Hash, ::trackplan::PlanEnum)] \
             #[plan_enum({name:?})] pub enum {ident} {{"
        );
        for member in members {
            let docs = format!("`{member}`");
            _ = write!(
                self.0,
                "#[doc = {docs:?}] #[plan_enum({member:?})] {},",
                variant(member)
            );
        }
        self.0.push('}');
    }

    fn implementation(
        &mut self,
        subject: &Subject,
        properties: Vec<Property<'_>>,
        ident: &str,
        generics: &str,
        target: Target,
    ) {
        let (description, order) = subject.whole(properties);
        let is_tuple = (1..=MOST_FIELDS).contains(&order.len());
        let mut values = String::new();
        for property in order {
            values.push_str(&value(property, subject.is_update(), is_tuple));
        }
        let description = quoted(&description);
        let encoded = if is_tuple {
            format!("fields({description}, ({values}))")
        } else {
            format!("Encoded::new({description}, &[], [{values}])")
        };
        let generics = if generics.is_empty() { "" } else { "<'_>" };
        let prefix = subject.group.as_ref().map(|group| {
            let prefix = format!("${group}_");
            format!("const PREFIX: &'static ::core::primitive::str = {prefix:?};")
        });
        let allow = match subject.field("deprecated") {
            Some(_) => "#[allow(deprecated)]",
            None => "",
        };
        _ = write!(
            self.0,
            "#[automatically_derived] {allow} impl ::trackplan::{} for {ident}{generics} {{ \
             {} fn __encoded(&self) -> {PRIVATE}Encoded {{ {PRIVATE}{encoded} }} }}",
            target.name(),
            prefix.unwrap_or_default()
        );
    }

    /// The attributes of a struct: its documentation, and whether it is deprecated.
    fn documentation(&self, subject: &Subject) -> String {
        let noun = format!("The {} of the tracking plan.", subject.noun);
        let place = self.1.place(&subject.key);
        let place = place.map(|place| format!("Declared at `{place}`."));
        let docs = described(subject.field("description"), &noun, place);
        match subject.field("deprecated") {
            Some(reason) => format!("{docs}#[deprecated(note = {:?})]", lock::unescape(reason)),
            None => docs,
        }
    }

    /// A flag without variants is a key; one with variants is an enum of them, too.
    fn flags(&mut self, names: Vec<&str>) {
        if names.is_empty() {
            return;
        }
        self.0
            .push_str("/// The feature flags of the tracking plan.\npub mod flags {");
        for name in names {
            if let Some(file) = self.1.file(Kind::Flag, name)
                && let Ok(record) = Record::parse(Kind::Flag, &file.text)
            {
                self.flag(name, record);
            }
        }
        self.0.push('}');
    }

    fn flag(&mut self, name: &str, record: Record<'_>) {
        let noun = format!("The key of the feature flag `{name}`.");
        let docs = described(record.field("description"), &noun, None);
        let constant = Case::Snake.convert(name).to_uppercase();
        _ = write!(
            self.0,
            "{docs} pub const {constant}: &::core::primitive::str = {name:?};"
        );
        let variants = record.values("variant");
        if !variants.is_empty() {
            let docs = format!("The variants of the feature flag `{name}`.");
            let of_enum = flag::enum_of(name);
            self.enumeration(&Case::Pascal.convert(name), &of_enum, &docs, variants);
        }
    }
}

fn doc(text: &str) -> String {
    format!("#[doc = {}]", quoted(text))
}

/// `#[doc = "…"]`: the plan's words, then ours.
pub(crate) fn described(description: Option<&str>, noun: &str, more: Option<String>) -> String {
    let mut docs = String::new();
    if let Some(description) = description {
        _ = write!(docs, "{}\n\n", lock::unescape(description));
    }
    docs.push_str(noun);
    if let Some(more) = more {
        _ = write!(docs, " {more}");
    }
    doc(&docs)
}

/// The Rust type of a property's field, and whether it borrows. `own_type` is that of an enum or an object.
pub(crate) fn rust_type(property: Property<'_>, is_update: bool, own_type: &str) -> (String, bool) {
    let scalar = |ty: &str| {
        match ty {
            "string" => "&'a ::core::primitive::str",
            "integer" => "::core::primitive::i64",
            "number" => "::core::primitive::f64",
            "datetime" => "::std::time::SystemTime",
            "duration" => "::std::time::Duration",
            "enum" | "object" => own_type,
            _ => "::core::primitive::bool",
        }
        .to_owned()
    };
    let mut ty = match property.items() {
        Some(items) => format!("&'a [{}]", scalar(items)),
        None => scalar(property.type_name()),
    };
    let borrows = ty.as_bytes().contains(&b'\'');
    match property.pii() {
        Some("personal") => ty = format!("::trackplan::Personal<{ty}>"),
        Some("pseudonymous") => ty = format!("::trackplan::Hashed<{ty}>"),
        _ => {}
    }
    if is_update || property.is_optional() || property.is_nullable() {
        ty = format!("::core::option::Option<{ty}>");
    }
    (ty, borrows)
}

/// The value of a generated field. Its type is known, so a plain one needs no conversion for rustc to check.
fn value(property: Property<'_>, is_update: bool, is_tuple: bool) -> String {
    let field = field_name(property.name());
    let converter = converter(property, is_update);
    let plain = match converter.as_str() {
        "@text" => "Text",
        "@integer" => "Int",
        "@number" => "Float",
        "@boolean" => "Bool",
        _ => return format!("{}(&self.{field}),", written_out(&converter)),
    };
    if is_tuple {
        return format!("self.{field},");
    }
    format!("{PRIVATE}Value::{plain}(self.{field}),")
}

/// A property's name as a field: keywords are escaped.
pub(crate) fn field_name(name: &str) -> String {
    match name {
        "self" | "super" | "crate" | "Self" | "_" => format!("{name}_"),
        _ if KEYWORDS.binary_search(&name).is_ok() => format!("r#{name}"),
        _ => name.to_owned(),
    }
}

/// The keywords of every edition, sorted, those included that are only reserved. To ask rustc about each name takes longer than
/// all else that `plan!` does.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// A member's name as a variant: `pull_requests` is `PullRequests`, `7d` is `_7d`.
fn variant(member: &str) -> String {
    let name = Case::Pascal.convert(member);
    match name.chars().next() {
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        _ if name == "Self" => "Self_".to_owned(),
        _ => name,
    }
}
