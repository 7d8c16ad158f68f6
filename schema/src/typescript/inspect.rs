//! `inspect.ts`: the plan as data, with which a page in development checks what it sends. `inspector` of `@trackplan/web`
//! declares its shape.

use super::names::{key, quoted};
use super::of_the_frontend;
use super::types::group_key;
use crate::plan::{Event, Lines, Plan, Position, Property, Span, Type};

const HEAD: &str = "
/** The events that a page may send. It grows with the plan: import it in development alone. */
export const plan = {
";

pub(super) fn module(plan: &Plan, schema: &str) -> String {
    let facts = Facts {
        plan,
        schema,
        lines: plan
            .sources
            .iter()
            .map(|source| Lines::of(&source.text))
            .collect(),
    };
    let events: String = of_the_frontend(plan)
        .into_iter()
        .map(|event| facts.event(event))
        .collect();
    format!("{HEAD}{events}}} as const;\n")
}

struct Facts<'a> {
    plan: &'a Plan,
    schema: &'a str,
    /// Of each file of the plan.
    lines: Vec<Lines<'a>>,
}

impl Facts<'_> {
    /// Where something is written, between quotes.
    fn place(&self, span: Span) -> String {
        let lines = self.lines.get(span.file);
        let position = lines.map_or(Position { line: 1, column: 1 }, |lines| {
            lines.position(span.start)
        });
        let path = self
            .plan
            .sources
            .get(span.file)
            .map_or("", |source| &source.path);
        quoted(&format!(
            "{}/{path}:{}:{}",
            self.schema, position.line, position.column
        ))
    }

    fn event(&self, event: &Event) -> String {
        let place = self.place(event.name.span);
        let mut text = format!(
            "  {}: {{\n    place: {place},\n    properties: {{\n",
            key(&event.name.value)
        );
        for property in &event.properties {
            text += &self.property(property);
        }
        let declared = event.properties.iter();
        if let (Some(group_key), Some(scope)) = (group_key(self.plan, event), &event.scope)
            && !declared
                .clone()
                .any(|property| property.name.value == group_key)
        {
            let place = self.place(scope.span);
            text += &format!(
                "      {}: {{ place: {place}, type: \"string\" }},\n",
                key(group_key)
            );
        }
        text + "    },\n  },\n"
    }

    fn property(&self, property: &Property) -> String {
        let mut facts = vec![
            format!("place: {}", self.place(property.name.span)),
            format!("type: {}", quoted(property.ty.as_str())),
        ];
        let mut limits = |min: Option<String>, max: Option<String>| {
            facts.extend(min.map(|min| format!("min: {min}")));
            facts.extend(max.map(|max| format!("max: {max}")));
        };
        match &property.ty {
            Type::Integer { min, max } => limits(
                min.map(|min| min.to_string()),
                max.map(|max| max.to_string()),
            ),
            Type::Number { min, max } => limits(
                min.map(|min| min.to_string()),
                max.map(|max| max.to_string()),
            ),
            _ => {}
        }
        let (listed, items) = match &property.ty {
            Type::Array { items, .. } => (items.as_ref(), Some(items.as_str())),
            ty => (ty, None),
        };
        if let Type::Enum(members) = listed {
            let values = members
                .members
                .iter()
                .map(|member| quoted(&member.value.value));
            facts.push(format!(
                "values: [{}]",
                values.collect::<Vec<String>>().join(", ")
            ));
        }
        facts.extend(items.map(|items| format!("items: {}", quoted(items))));
        facts.extend(property.optional.then(|| "optional: true".to_owned()));
        facts.extend(property.nullable.then(|| "nullable: true".to_owned()));
        format!(
            "      {}: {{ {} }},\n",
            key(&property.name.value),
            facts.join(", ")
        )
    }
}
