//! The exact text of every operation and frame.

use djust_protocol::{
    ClientFrame, Close, Connect, Connected, Effect, Encoder, ErrorCode, Event, Failure, Limits,
    Namespace, NodeId, Numbering, Operations, Patch, Renumbered, Resume, Resync, ServerFrame,
    TreeNode, Update, UrlMode, decode_operations,
};
use serde_json::json;

const FOUR: NodeId = NodeId(4);

#[test]
fn every_operation_has_its_documented_form() {
    let nodes = vec![
        TreeNode::Element {
            name: "a".into(),
            namespace: Namespace::Svg,
            attributes: vec![
                ("xlink:href".into(), "#x".into()),
                ("id".into(), "y".into()),
            ],
            text: "in".into(),
            children: vec![TreeNode::Comment {
                data: "c".into(),
                tail: "t".into(),
            }],
            tail: "out".into(),
        },
        TreeNode::Template {
            attributes: vec![],
            text: "first".into(),
            content: vec![TreeNode::Comment {
                data: "".into(),
                tail: "".into(),
            }],
            tail: "last".into(),
        },
    ];
    let cases = [
        (
            Patch::SetText {
                id: FOUR,
                text: "x".into(),
            },
            r#"[0,4,"x"]"#,
        ),
        (
            Patch::SetTail {
                id: FOUR,
                text: "".into(),
            },
            r#"[1,4,""]"#,
        ),
        (
            Patch::SetAttribute {
                id: FOUR,
                name: "class".into(),
                value: "a b".into(),
            },
            r#"[2,4,"class","a b"]"#,
        ),
        (
            Patch::RemoveAttribute {
                id: FOUR,
                name: "hidden".into(),
            },
            r#"[3,4,"hidden"]"#,
        ),
        (
            Patch::InsertHtml {
                parent: NodeId(1),
                after: NodeId(0),
                base: NodeId(9),
                html: "<p>\"\n</p>".into(),
            },
            r#"[4,1,0,9,"<p>\"\n</p>"]"#,
        ),
        (Patch::Remove { id: FOUR, count: 3 }, "[5,4,3]"),
        (
            Patch::Move {
                parent: NodeId(1),
                after: NodeId(7),
                id: FOUR,
            },
            "[6,1,7,4]",
        ),
        (
            Patch::ReplaceChildren {
                id: FOUR,
                base: NodeId(u32::MAX),
                html: "".into(),
            },
            r#"[7,4,4294967295,""]"#,
        ),
        (
            Patch::InsertTree {
                parent: NodeId(1),
                after: FOUR,
                base: NodeId(9),
                nodes,
            },
            concat!(
                r##"[8,1,4,9,[["a",1,["xlink:href","#x","id","y"],"in",[["#comment","c","t"]],"##,
                r##""out"],["template",0,[],"first",[],"last",[["#comment","",""]]]]]"##,
            ),
        ),
        (
            Patch::Merge {
                id: FOUR,
                html: "<li id=m>".into(),
            },
            r#"[9,4,"<li id=m>"]"#,
        ),
    ];
    for (patch, wire) in &cases {
        let mut encoder = Encoder::new();
        encoder.patch(patch);
        assert_eq!(encoder.as_str(), *wire);
        assert_eq!(
            &decode_operations(wire).unwrap(),
            std::slice::from_ref(patch)
        );
    }
    let patches: Vec<_> = cases.iter().map(|(patch, _)| patch.clone()).collect();
    let operations = Operations::from_patches(&patches);
    assert_eq!(operations.patches().unwrap(), patches);
}

#[test]
fn an_encoder_goes_on_after_it_was_read_and_keeps_nothing_after_it_was_cleared() {
    let mut encoder = Encoder::new();
    assert_eq!(encoder.as_str(), "[]");
    assert!(encoder.is_empty());
    encoder.remove(FOUR, 1);
    assert_eq!(encoder.as_str(), "[5,4,1]");
    encoder.set_tail(FOUR, "\u{2028}\u{0}<");
    assert_eq!(encoder.as_str(), "[5,4,1,1,4,\"\u{2028}\\u0000<\"]");
    assert_eq!(encoder.len(), 2);
    let operations = encoder.finish();
    assert_eq!(operations.patches().unwrap().len(), 2);
    assert!(encoder.is_empty() && encoder.finish().is_empty());
}

#[test]
fn a_tree_of_any_depth_is_written_without_recursion() {
    const DEPTH: usize = 200_000;
    let mut encoder = Encoder::new();
    let mut tree = encoder.insert_tree(NodeId(0), NodeId(0), NodeId(1));
    for _ in 0..DEPTH {
        tree.open("b", Namespace::Html, [] as [(&str, &str); 0], "");
    }
    for _ in 0..DEPTH {
        tree.close("");
    }
    tree.finish();
    let text = encoder.as_str().to_owned();
    assert_eq!(text.matches('[').count(), text.matches(']').count());
    let error = decode_operations(&text).unwrap_err();
    assert_eq!(error.code(), ErrorCode::TooDeep);
}

#[test]
fn every_client_frame_has_its_documented_form() {
    let event = Event {
        id: 3,
        ack: 2,
        handler: "save".into(),
        parameters: serde_json::Map::new(),
        fields: None,
    };
    let parameters = json!({"z": 1, "a": [null, true, 1.5]})
        .as_object()
        .unwrap()
        .clone();
    let fields = Some(vec![
        ("q".to_owned(), "é".to_owned()),
        ("q".to_owned(), String::new()),
    ]);
    let cases = [
        (
            ClientFrame::Connect(Connect {
                token: "t".into(),
                csrf: "c".into(),
                seq: 0,
                count: 12,
                sum: 99,
                url: "/a?b=1".into(),
                sent: 0,
            }),
            r#"[0,{"v":2,"token":"t","csrf":"c","seq":0,"count":12,"sum":99,"url":"/a?b=1"}]"#,
        ),
        (ClientFrame::Event(event.clone()), r#"[1,3,2,"save"]"#),
        (
            ClientFrame::Event(Event {
                parameters,
                ..event.clone()
            }),
            r#"[1,3,2,"save",{"z":1,"a":[null,true,1.5]}]"#,
        ),
        (
            ClientFrame::Event(Event {
                fields,
                ..event.clone()
            }),
            r#"[1,3,2,"save",{},[["q","é"],["q",""]]]"#,
        ),
        (
            ClientFrame::Event(Event {
                fields: Some(vec![]),
                ..event
            }),
            r#"[1,3,2,"save",{},[]]"#,
        ),
        (ClientFrame::Ack { seq: 7 }, "[2,7]"),
        (ClientFrame::Ping, "[3]"),
        (
            ClientFrame::Resync(Resync {
                ack: 7,
                html: "<p></p>".into(),
                numbering: None,
            }),
            r#"[4,7,"<p></p>"]"#,
        ),
        (
            ClientFrame::Resync(Resync {
                ack: 7,
                html: "<p></p>".into(),
                numbering: Some(Numbering { count: 1, sum: 9 }),
            }),
            r#"[4,7,"<p></p>",1,9]"#,
        ),
    ];
    for (frame, wire) in cases {
        assert_eq!(frame.encode(), wire);
        assert_eq!(
            ClientFrame::decode(wire, &Limits::default()).unwrap(),
            frame
        );
    }
}

#[test]
fn every_server_frame_has_its_documented_form() {
    let operations = || Operations::from_encoded("[5,4,1]".to_owned()).unwrap();
    let update = |operations, effects| {
        ServerFrame::Update(Update {
            seq: 5,
            reference: 3,
            operations,
            effects,
        })
    };
    let effects = vec![
        Effect::Title("T".into()),
        Effect::Url {
            url: "/a".into(),
            mode: UrlMode::Push,
        },
        Effect::Url {
            url: "/b".into(),
            mode: UrlMode::Replace,
        },
        Effect::Redirect("/c".into()),
        Effect::Navigate {
            url: "/d".into(),
            mode: UrlMode::Replace,
        },
        Effect::Flash {
            level: "info".into(),
            text: "saved".into(),
        },
        Effect::Push {
            event: "chart".into(),
            detail: json!({"y": [1, 2]}),
        },
        Effect::Focus("#name".into()),
        Effect::Scroll("#end".into()),
    ];
    let cases = [
        (
            ServerFrame::Connected(Connected {
                seq: 5,
                last: 3,
                resume: Resume::Continue,
                message_bytes: 2_097_152,
                pending_events: 256,
            }),
            r#"[0,{"v":2,"seq":5,"last":3,"resume":"continue","limits":{"message":2097152,"events":256}}]"#,
        ),
        (update(Operations::default(), vec![]), "[1,5,3]"),
        (update(operations(), vec![]), "[1,5,3,[5,4,1]]"),
        (
            update(operations(), vec![Effect::Redirect("/".into())]),
            r#"[1,5,3,[5,4,1],[["redirect","/"]]]"#,
        ),
        (
            update(Operations::default(), effects),
            concat!(
                r##"[1,5,3,[],[["title","T"],["url","/a","push"],["url","/b","replace"],"##,
                r##"["redirect","/c"],["navigate","/d","replace"],["flash","info","saved"],"##,
                r##"["push","chart",{"y":[1,2]}],["focus","#name"],["scroll","#end"]]]"##,
            ),
        ),
        (
            ServerFrame::Error(Failure {
                seq: 6,
                reference: 4,
                code: ErrorCode::HandlerFailed,
                message: "Something went wrong.".into(),
                id: "8f3a".into(),
            }),
            r#"[2,6,4,{"code":"handler-failed","message":"Something went wrong.","id":"8f3a"}]"#,
        ),
        (ServerFrame::Pong, "[3]"),
        (
            ServerFrame::Renumbered(Renumbered {
                seq: 6,
                reference: 4,
                operations: operations(),
                base: 40,
            }),
            "[4,6,4,[5,4,1],40]",
        ),
        (
            ServerFrame::Renumbered(Renumbered {
                seq: 6,
                reference: 0,
                operations: Operations::default(),
                base: 40,
            }),
            "[4,6,0,[],40]",
        ),
        (
            ServerFrame::Close(Close {
                code: ErrorCode::Expired,
                message: "Please reload.".into(),
                reload: true,
            }),
            r#"[5,{"code":"expired","message":"Please reload.","reload":true}]"#,
        ),
    ];
    for (frame, wire) in cases {
        assert_eq!(frame.encode(), wire);
        assert_eq!(ServerFrame::decode(wire).unwrap(), frame);
    }
}

#[test]
fn handshakes_ignore_keys_of_later_revisions() {
    let connect =
        r#"[0,{"new":[1],"v":2,"token":"","csrf":"","seq":0,"count":0,"sum":0,"url":""}]"#;
    assert!(ClientFrame::decode(connect, &Limits::default()).is_ok());
    let connected = r#"[0,{"v":2,"seq":0,"last":0,"resume":"resync","limits":{"message":1,"events":1,"x":2},"y":3}]"#;
    assert!(ServerFrame::decode(connected).is_ok());
}

#[test]
fn text_that_cannot_be_operations_is_not_taken_for_them() {
    for text in ["[]", "[", "]", "{}", "[\"x\"]", " [5,4,1]", "[5,4,1] ", "0"] {
        assert_eq!(Operations::from_encoded(text.to_owned()), None, "{text}");
    }
    assert!(Operations::from_encoded(String::new()).unwrap().is_empty());
    let promised = Operations::from_encoded("[5,4]".to_owned()).unwrap();
    assert_eq!(
        promised.patches().unwrap_err().message(),
        "count is missing"
    );
}
