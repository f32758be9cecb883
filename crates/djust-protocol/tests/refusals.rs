//! What is refused, with which code, where and why.

use djust_protocol::{ClientFrame, DecodeError, ErrorCode, Limits, ServerFrame, decode_operations};
use serde_json::Value;

/// The list is data so that a change of it is seen: direction, frame, code, error text, event id.
const REFUSALS: &str = include_str!("refusals.json");

fn decode(direction: &str, frame: &str) -> Result<(), DecodeError> {
    match direction {
        "client" => ClientFrame::decode(frame, &Limits::default()).map(drop),
        "server" => ServerFrame::decode(frame).map(drop),
        "operations" => decode_operations(frame).map(drop),
        other => panic!("unknown direction {other}"),
    }
}

#[test]
fn every_listed_frame_is_refused_for_the_reason_given() {
    let refusals: Vec<Value> = serde_json::from_str(REFUSALS).unwrap();
    assert!(refusals.len() > 60);
    for refusal in &refusals {
        let text = |key: &str| refusal[key].as_str().unwrap();
        let frame = text("frame");
        let error = decode(text("direction"), frame).expect_err(frame);
        assert_eq!(error.code().as_str(), text("code"), "{frame}");
        assert_eq!(error.to_string(), text("error"), "{frame}");
        assert_eq!(
            u64::from(error.event()),
            refusal["event"].as_u64().unwrap_or(0),
            "{frame}"
        );
    }
}

fn refused(frame: &str) -> DecodeError {
    ClientFrame::decode(frame, &Limits::default()).expect_err("refused")
}

#[test]
fn messages_end_at_their_byte_limits() {
    let event = |bytes: usize| format!(r#"[1,7,0,"paste",{{"text":"{}"}}]"#, "x".repeat(bytes));
    let overhead = event(0).len();
    let most = 2 * 1024 * 1024;
    assert!(ClientFrame::decode(&event(most - overhead), &Limits::default()).is_ok());
    let error = refused(&event(most - overhead + 1));
    assert_eq!((error.code(), error.event()), (ErrorCode::TooLarge, 7));
    assert_eq!(
        error.to_string(),
        "message of 2097153 bytes, at most 2097152 are allowed, at $"
    );

    let resync = |bytes: usize| format!(r#"[4,0,"{}"]"#, "x".repeat(bytes));
    assert!(ClientFrame::decode(&resync(4 * most - resync(0).len()), &Limits::default()).is_ok());
    assert_eq!(refused(&resync(4 * most)).code(), ErrorCode::TooLarge);
}

#[test]
fn nesting_ends_at_its_limit() {
    let event = |depth: usize| {
        format!(
            r#"[1,7,0,"f",{{"a":{}{}}}]"#,
            "[".repeat(depth),
            "]".repeat(depth)
        )
    };
    assert!(ClientFrame::decode(&event(30), &Limits::default()).is_ok());
    let error = refused(&event(31));
    assert_eq!((error.code(), error.event()), (ErrorCode::TooDeep, 7));
    assert_eq!(error.message(), "nested deeper than 32 levels");
    assert!(error.path().starts_with("$[4].a[0][0]"), "{}", error.path());
    assert_eq!(refused(&"[".repeat(1_000_000)).code(), ErrorCode::TooDeep);
    assert_eq!(
        refused(&"{\"a\":".repeat(200_000)).code(),
        ErrorCode::TooDeep
    );
}

#[test]
fn numbers_of_things_end_at_their_limits() {
    let parameters = |count: usize| {
        let pairs: Vec<String> = (0..count).map(|index| format!("\"p{index}\":0")).collect();
        format!(r#"[1,7,0,"f",{{{}}}]"#, pairs.join(","))
    };
    assert!(ClientFrame::decode(&parameters(256), &Limits::default()).is_ok());
    let error = refused(&parameters(257));
    assert_eq!((error.code(), error.event()), (ErrorCode::TooMany, 7));
    assert_eq!(
        error.to_string(),
        "257 parameters, at most 256 are allowed, at $[4]"
    );

    let fields = |count: usize| {
        format!(
            r#"[1,7,0,"f",{{}},[{}]]"#,
            vec![r#"["a",""]"#; count].join(",")
        )
    };
    assert!(ClientFrame::decode(&fields(2_000), &Limits::default()).is_ok());
    let error = refused(&fields(2_001));
    assert_eq!(
        error.to_string(),
        "2001 fields, at most 2000 are allowed, at $[5]"
    );

    let values = |count: usize| format!(r#"[1,7,0,"f",{{"a":[{}]}}]"#, vec!["0"; count].join(","));
    assert!(ClientFrame::decode(&values(65_536 - 7), &Limits::default()).is_ok());
    let error = refused(&values(65_536));
    assert_eq!((error.code(), error.event()), (ErrorCode::TooMany, 7));
    assert_eq!(error.message(), "more than 65536 values in one message");

    let name = |count: usize| format!(r#"[1,7,0,"{}"]"#, "é".repeat(count));
    assert!(ClientFrame::decode(&name(128), &Limits::default()).is_ok());
    let error = refused(&name(129));
    let expected = "handler name of 129 characters, at most 128 are allowed, at $[3]";
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        (ErrorCode::TooLarge, expected)
    );
}

#[test]
fn an_error_shows_little_of_what_was_sent() {
    let error = refused(&format!(r#"[1,7,0,"no {}\u0007"]"#, "x".repeat(120)));
    assert_eq!(
        error.to_string(),
        format!(
            "handler name \"no {}\"... is not an identifier, at $[3]",
            "x".repeat(37)
        ),
    );
}
