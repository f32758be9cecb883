//! Reads the `.dat` format.

/// One case of a file.
#[derive(Debug)]
pub(crate) struct Case {
    /// The input.
    pub(crate) data: String,
    /// The context element of a fragment, as written: `td`, `svg path`.
    pub(crate) context: Option<String>,
    /// The tree, one node a line.
    pub(crate) expected: String,
}

pub(crate) fn parse(file: &str) -> impl Iterator<Item = Case> + '_ {
    let file = file
        .strip_prefix("#data\n")
        .expect("a file begins with #data");
    file.split("\n\n#data\n")
        .map(|text| case(text.trim_end_matches('\n')))
}

fn case(text: &str) -> Case {
    let (data, rest) = match text.strip_prefix("#errors\n") {
        Some(rest) => ("", rest),
        None => text
            .split_once("\n#errors\n")
            .expect("data is followed by errors"),
    };
    // The line may directly follow `#errors`.
    let rest = format!("\n{rest}");
    let (head, expected) = rest.split_once("\n#document\n").expect("a case has a tree");
    let context = head
        .split_once("\n#document-fragment\n")
        .map(|(_, context)| {
            context
                .lines()
                .next()
                .expect("a fragment has a context")
                .to_owned()
        });
    Case {
        data: data.to_owned(),
        context,
        expected: expected.to_owned(),
    }
}
