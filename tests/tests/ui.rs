//! What a mistake looks like to the user: the compiler's words for each case in `ui/`.

#[test]
fn mistakes_are_compile_errors_that_say_how_to_mend_them() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}
