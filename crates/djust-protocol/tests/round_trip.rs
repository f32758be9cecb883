//! What is written is read back, whatever it holds; what is not a frame is refused, never a panic.

use djust_protocol::{
    ClientFrame, Close, Connect, Connected, Effect, Encoder, ErrorCode, Event, Failure, Limits,
    Namespace, NodeId, Numbering, Operations, Patch, Renumbered, Resume, Resync, ServerFrame,
    TreeNode, Update, UrlMode, decode_operations,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Number, Value};

const NUMBER: i64 = 9_007_199_254_740_991;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~\n\t\u{0}\u{1F}\u{7F}\u{2028}<>&\"\\\\]{0,20}"
    ]
}

fn float(float: f64) -> Value {
    Value::Number(Number::from_f64(float).expect("a finite number"))
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-NUMBER..=NUMBER).prop_map(Value::from),
        (-9e15f64..9e15).prop_map(float),
        any::<f64>()
            .prop_filter("fits", |float: &f64| float.abs() <= NUMBER as f64)
            .prop_map(float),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((text(), inner), 0..5).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn parameters() -> impl Strategy<Value = Map<String, Value>> {
    vec((text(), value()), 0..6).prop_map(|pairs| pairs.into_iter().collect())
}

fn event() -> impl Strategy<Value = Event> {
    let fields = option::of(vec((text(), text()), 0..6));
    (
        1u32..,
        any::<u32>(),
        "[_\\p{L}][_\\p{L}0-9]{0,20}",
        parameters(),
        fields,
    )
        .prop_map(|(id, ack, handler, parameters, fields)| Event {
            id,
            ack,
            handler,
            parameters,
            fields,
        })
}

fn client_frame() -> impl Strategy<Value = ClientFrame> {
    let numbers = (any::<u32>(), any::<u32>(), any::<u32>());
    let numbering = (any::<u32>(), any::<u32>()).prop_map(|(count, sum)| Numbering { count, sum });
    prop_oneof![
        (text(), text(), numbers, text(), any::<u32>()).prop_map(
            |(token, csrf, (seq, count, sum), url, sent)| {
                ClientFrame::Connect(Connect {
                    token,
                    csrf,
                    seq,
                    count,
                    sum,
                    url,
                    sent,
                })
            }
        ),
        event().prop_map(ClientFrame::Event),
        any::<u32>().prop_map(|seq| ClientFrame::Ack { seq }),
        Just(ClientFrame::Ping),
        (any::<u32>(), text(), option::of(numbering)).prop_map(|(ack, html, numbering)| {
            ClientFrame::Resync(Resync {
                ack,
                html,
                numbering,
            })
        }),
    ]
}

fn tree_node() -> impl Strategy<Value = TreeNode<'static>> {
    let name = "[a-z][a-z0-9-]{0,8}";
    let attributes = || {
        vec(
            (text().prop_map(Into::into), text().prop_map(Into::into)),
            0..3,
        )
    };
    let namespace = prop_oneof![
        Just(Namespace::Html),
        Just(Namespace::Svg),
        Just(Namespace::MathMl)
    ];
    let comment = (text(), text()).prop_map(|(data, tail)| TreeNode::Comment {
        data: data.into(),
        tail: tail.into(),
    });
    comment.prop_recursive(5, 24, 4, move |inner| {
        let children = vec(inner, 0..4);
        prop_oneof![
            (
                name,
                namespace.clone(),
                attributes(),
                text(),
                children.clone(),
                text()
            )
                .prop_map(|(name, namespace, attributes, text, children, tail)| {
                    TreeNode::Element {
                        name: name.into(),
                        namespace,
                        attributes,
                        text: text.into(),
                        children,
                        tail: tail.into(),
                    }
                }),
            (attributes(), text(), children, text()).prop_map(
                |(attributes, text, content, tail)| TreeNode::Template {
                    attributes,
                    text: text.into(),
                    content,
                    tail: tail.into(),
                }
            ),
        ]
    })
}

fn patch() -> impl Strategy<Value = Patch<'static>> {
    let id = || any::<u32>().prop_map(NodeId);
    let cow = || text().prop_map(Into::into);
    prop_oneof![
        (id(), cow()).prop_map(|(id, text)| Patch::SetText { id, text }),
        (id(), cow()).prop_map(|(id, text)| Patch::SetTail { id, text }),
        (id(), cow(), cow()).prop_map(|(id, name, value)| Patch::SetAttribute { id, name, value }),
        (id(), cow()).prop_map(|(id, name)| Patch::RemoveAttribute { id, name }),
        (id(), id(), id(), cow()).prop_map(|(parent, after, base, html)| Patch::InsertHtml {
            parent,
            after,
            base,
            html
        }),
        (id(), 1u32..).prop_map(|(id, count)| Patch::Remove { id, count }),
        (id(), id(), id()).prop_map(|(parent, after, id)| Patch::Move { parent, after, id }),
        (id(), id(), cow()).prop_map(|(id, base, html)| Patch::ReplaceChildren { id, base, html }),
        (id(), id(), id(), vec(tree_node(), 1..3)).prop_map(|(parent, after, base, nodes)| {
            Patch::InsertTree {
                parent,
                after,
                base,
                nodes,
            }
        }),
        (id(), cow()).prop_map(|(id, html)| Patch::Merge { id, html }),
    ]
}

fn operations() -> impl Strategy<Value = Operations> {
    vec(patch(), 0..6).prop_map(|patches| Operations::from_patches(&patches))
}

fn effect() -> impl Strategy<Value = Effect> {
    let mode = || prop_oneof![Just(UrlMode::Push), Just(UrlMode::Replace)];
    prop_oneof![
        text().prop_map(Effect::Title),
        (text(), mode()).prop_map(|(url, mode)| Effect::Url { url, mode }),
        text().prop_map(Effect::Redirect),
        (text(), mode()).prop_map(|(url, mode)| Effect::Navigate { url, mode }),
        (text(), text()).prop_map(|(level, text)| Effect::Flash { level, text }),
        (text(), value()).prop_map(|(event, detail)| Effect::Push { event, detail }),
        text().prop_map(Effect::Focus),
        text().prop_map(Effect::Scroll),
    ]
}

fn server_frame() -> impl Strategy<Value = ServerFrame> {
    let pair = || (any::<u32>(), any::<u32>());
    let code = || (0..ErrorCode::ALL.len()).prop_map(|index| ErrorCode::ALL[index]);
    let resume = prop_oneof![Just(Resume::Continue), Just(Resume::Resync)];
    prop_oneof![
        (pair(), resume, pair()).prop_map(
            |((seq, last), resume, (message_bytes, pending_events))| {
                let connected = Connected {
                    seq,
                    last,
                    resume,
                    message_bytes,
                    pending_events,
                };
                ServerFrame::Connected(connected)
            }
        ),
        (pair(), operations(), vec(effect(), 0..4)).prop_map(
            |((seq, reference), operations, effects)| {
                ServerFrame::Update(Update {
                    seq,
                    reference,
                    operations,
                    effects,
                })
            }
        ),
        (pair(), code(), text(), text()).prop_map(|((seq, reference), code, message, id)| {
            ServerFrame::Error(Failure {
                seq,
                reference,
                code,
                message,
                id,
            })
        }),
        Just(ServerFrame::Pong),
        (pair(), operations(), any::<u32>()).prop_map(|((seq, reference), operations, base)| {
            ServerFrame::Renumbered(Renumbered {
                seq,
                reference,
                operations,
                base,
            })
        }),
        (code(), text(), any::<bool>()).prop_map(|(code, message, reload)| ServerFrame::Close(
            Close {
                code,
                message,
                reload
            }
        )),
    ]
}

/// Moves among few nodes, so that some go behind one another, with something else in between at times.
fn moves() -> impl Strategy<Value = Vec<Patch<'static>>> {
    let id = || (0..4_u32).prop_map(NodeId);
    let one = prop_oneof![
        9 => (id(), id(), id()).prop_map(|(parent, after, id)| Patch::Move { parent, after, id }),
        1 => Just(Patch::Remove { id: NodeId(4), count: 1 }),
    ];
    vec(one, 0..30)
}

/// JSON-like noise: fragments of frames in any order.
fn noise() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just(",".to_owned()),
        Just(":".to_owned()),
        Just("\"\\ud800\"".to_owned()),
        Just("1e999".to_owned()),
        Just("-".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        (0u32..10).prop_map(|number| number.to_string()),
        "[a-z]{0,4}".prop_map(|text| format!("\"{text}\"")),
        any::<String>(),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn moves_behind_one_another_come_back_one_by_one(patches in moves(), closed in 0..30_usize) {
        let mut encoder = Encoder::new();
        for (place, patch) in patches.iter().enumerate() {
            encoder.patch(patch);
            if place == closed {
                encoder.as_str();
            }
        }
        let decoded = decode_operations(encoder.as_str());
        prop_assert_eq!(decoded.expect("operations"), patches);
    }

    #[test]
    fn client_frames_come_back(frame in client_frame()) {
        let text = frame.encode();
        prop_assert_eq!(ClientFrame::decode(&text, &Limits::default()).unwrap(), frame);
    }

    #[test]
    fn server_frames_come_back(frame in server_frame()) {
        let text = frame.encode();
        prop_assert_eq!(ServerFrame::decode(&text).unwrap(), frame);
    }

    #[test]
    fn operations_come_back(patches in vec(patch(), 0..8)) {
        let operations = Operations::from_patches(&patches);
        prop_assert_eq!(operations.patches().unwrap(), patches);
        prop_assert_eq!(Operations::from_encoded(operations.as_str().to_owned()), Some(operations));
    }

    #[test]
    fn a_cut_frame_is_refused(frame in client_frame(), cut in any::<prop::sample::Index>()) {
        let text = frame.encode();
        let end = cut.index(text.len());
        if text.is_char_boundary(end) {
            let error = ClientFrame::decode(&text[..end], &Limits::default()).unwrap_err();
            prop_assert_eq!(error.code(), ErrorCode::BadFrame);
        }
    }

    #[test]
    fn what_decodes_encodes_to_its_own_meaning(text in noise()) {
        if let Ok(frame) = ClientFrame::decode(&text, &Limits::default()) {
            prop_assert_eq!(ClientFrame::decode(&frame.encode(), &Limits::default()), Ok(frame));
        }
        if let Ok(frame) = ServerFrame::decode(&text) {
            prop_assert_eq!(ServerFrame::decode(&frame.encode()), Ok(frame));
        }
        if let Ok(patches) = decode_operations(&text) {
            prop_assert_eq!(Operations::from_patches(&patches).patches(), Ok(patches));
        }
    }
}
