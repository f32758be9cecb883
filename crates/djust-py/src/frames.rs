//! Messages of the live protocol, to and from Python values.

use djust_protocol::serde_json::{Map, Number, Value};
use djust_protocol::{
    ClientFrame, Close, Connected, DecodeError, Effect, ErrorCode, Failure, Limits, Numbering,
    Operations, Renumbered, Resume, ServerFrame, Update, VERSION, describe,
};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyDict, PyFloat, PyInt, PyList, PyModule, PyNone, PyString, PyTuple, PyType,
};

use crate::errors::guarded;

/// Deepest nesting of the arguments of an effect.
const EFFECT_DEPTH: usize = 32;

/// `djust._djust.FrameError`.
fn frame_error(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = CLASS.get_or_try_init(py, || {
        let doc = c"A message of a client that was refused.\n\n\
            ``code`` is one of the protocol's error codes, ``message`` says what is wrong and where,\n\
            ``event`` is the id of the event that the message holds, 0 if it holds none.";
        let base = py.get_type::<PyValueError>();
        PyErr::new_type(py, c"djust._djust.FrameError", Some(doc), Some(&base), None)
    })?;
    Ok(class.bind(py))
}

fn refused(py: Python<'_>, error: &DecodeError) -> PyErr {
    let made = frame_error(py).and_then(|class| {
        let message = error.to_string();
        let exception = class.call1((error.code().as_str(), &message))?;
        exception.setattr(intern!(py, "code"), error.code().as_str())?;
        exception.setattr(intern!(py, "message"), message)?;
        exception.setattr(intern!(py, "event"), error.event())?;
        Ok(exception)
    });
    made.map_or_else(|error| error, PyErr::from_value)
}

/// Reads a frame that a client sent; raises `FrameError`.
#[pyfunction]
#[pyo3(signature = (text, *, message_bytes=None))]
fn decode_client_frame<'py>(
    py: Python<'py>,
    text: &str,
    message_bytes: Option<usize>,
) -> PyResult<Bound<'py, PyTuple>> {
    guarded(py, || {
        let mut limits = Limits::default();
        if let Some(bytes) = message_bytes {
            limits.message_bytes = bytes;
        }
        let frame = ClientFrame::decode(text, &limits).map_err(|error| refused(py, &error))?;
        client_frame(py, frame)
    })
}

fn client_frame(py: Python<'_>, frame: ClientFrame) -> PyResult<Bound<'_, PyTuple>> {
    let number = |name| {
        describe::CLIENT_FRAMES
            .iter()
            .find(|entry| entry.name == name)
    };
    let kind = |name| number(name).map_or(u32::MAX, |entry| entry.number);
    match frame {
        ClientFrame::Connect(connect) => {
            let body = PyDict::new(py);
            body.set_item(intern!(py, "token"), connect.token)?;
            body.set_item(intern!(py, "csrf"), connect.csrf)?;
            body.set_item(intern!(py, "seq"), connect.seq)?;
            body.set_item(intern!(py, "count"), connect.count)?;
            body.set_item(intern!(py, "sum"), connect.sum)?;
            body.set_item(intern!(py, "url"), connect.url)?;
            body.set_item(intern!(py, "sent"), connect.sent)?;
            (kind("connect"), body).into_pyobject(py)
        }
        ClientFrame::Event(event) => {
            let parameters = object(py, event.parameters)?;
            let frame = (
                kind("event"),
                event.id,
                event.ack,
                event.handler,
                parameters,
                event.fields,
            );
            frame.into_pyobject(py)
        }
        ClientFrame::Ack { seq } => (kind("ack"), seq).into_pyobject(py),
        ClientFrame::Ping => (kind("ping"),).into_pyobject(py),
        ClientFrame::Resync(resync) => {
            let (count, sum) = resync
                .numbering
                .map(|Numbering { count, sum }| (count, sum))
                .unzip();
            (kind("resync"), resync.ack, resync.html, count, sum).into_pyobject(py)
        }
    }
}

fn object(py: Python<'_>, map: Map<String, Value>) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    for (key, value) in map {
        dict.set_item(key, to_python(py, value)?)?;
    }
    Ok(dict)
}

/// Recurses as deep as the message is nested, which decoding has bounded.
fn to_python(py: Python<'_>, value: Value) -> PyResult<Bound<'_, PyAny>> {
    Ok(match value {
        Value::Null => PyNone::get(py).to_owned().into_any(),
        Value::Bool(value) => PyBool::new(py, value).to_owned().into_any(),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => integer.into_pyobject(py)?.into_any(),
            None => number.as_f64().into_pyobject(py)?,
        },
        Value::String(text) => PyString::new(py, &text).into_any(),
        Value::Array(items) => {
            let list = PyList::empty(py);
            for item in items {
                list.append(to_python(py, item)?)?;
            }
            list.into_any()
        }
        Value::Object(map) => object(py, map)?.into_any(),
    })
}

/// Place of a value inside an effect, for messages.
struct Place<'p> {
    outer: Option<&'p Place<'p>>,
    step: String,
    depth: usize,
}

impl Place<'_> {
    fn inner(&self, step: String) -> Place<'_> {
        Place {
            outer: Some(self),
            step,
            depth: self.depth + 1,
        }
    }

    fn text(&self) -> String {
        let outer = self.outer.map(Place::text).unwrap_or_default();
        format!("{outer}{}", self.step)
    }
}

/// A value of an effect, which must be one that JSON can say exactly.
fn from_python(value: &Bound<'_, PyAny>, place: &Place<'_>) -> PyResult<Value> {
    if value.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(value) = value.cast::<PyBool>() {
        return Ok(Value::Bool(value.is_true()));
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Value::String(text.to_str()?.to_owned()));
    }
    if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>() {
        return number(value).map(Value::Number).ok_or_else(|| {
            let (value, place) = (value.to_string(), place.text());
            PyValueError::new_err(format!(
                "{place} is {value}: numbers must be finite and at most 9007199254740991 in magnitude"
            ))
        });
    }
    if place.depth >= EFFECT_DEPTH {
        let message = format!(
            "{} is nested deeper than {EFFECT_DEPTH} levels",
            place.text()
        );
        return Err(PyValueError::new_err(message));
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let items = value.try_iter()?.enumerate();
        let items =
            items.map(|(index, item)| from_python(&item?, &place.inner(format!("[{index}]"))));
        return Ok(Value::Array(items.collect::<PyResult<_>>()?));
    }
    if let Ok(dict) = value.cast::<PyDict>() {
        let mut map = Map::new();
        for (key, item) in dict {
            let Ok(key) = key.cast::<PyString>() else {
                let (found, place) = (key.get_type().name()?, place.text());
                let message = format!("keys of {place} must be str, not {found}");
                return Err(PyTypeError::new_err(message));
            };
            let key = key.to_str()?.to_owned();
            let item = from_python(&item, &place.inner(format!("[{key:?}]")))?;
            map.insert(key, item);
        }
        return Ok(Value::Object(map));
    }
    let (found, place) = (value.get_type().name()?, place.text());
    Err(PyTypeError::new_err(format!(
        "{place} is a {found}: only None, bool, int, float, str, list, tuple and dict can be sent"
    )))
}

/// An int or float that JavaScript reads exactly.
fn number(value: &Bound<'_, PyAny>) -> Option<Number> {
    const MOST: i64 = 9_007_199_254_740_991;
    if value.is_instance_of::<PyInt>() {
        let integer: i64 = value.extract().ok()?;
        return (-MOST..=MOST).contains(&integer).then(|| integer.into());
    }
    let float: f64 = value.extract().ok()?;
    Number::from_f64(float).filter(|_| float.abs() <= MOST as f64)
}

fn effects(effects: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<Effect>> {
    let Some(effects) = effects else {
        return Ok(Vec::new());
    };
    let place = Place {
        outer: None,
        step: "effects".to_owned(),
        depth: 0,
    };
    let read = |(index, effect): (usize, PyResult<Bound<'_, PyAny>>)| {
        let place = place.inner(format!("[{index}]"));
        Effect::from_value(from_python(&effect?, &place)?)
            .map_err(|error| PyValueError::new_err(format!("{}: {error}", place.text())))
    };
    effects.try_iter()?.enumerate().map(read).collect()
}

fn operations(ops: String) -> PyResult<Operations> {
    Operations::from_encoded(ops)
        .ok_or_else(|| PyValueError::new_err("ops must be what Session.update returned"))
}

fn error_code(code: &str) -> PyResult<ErrorCode> {
    code.parse().map_err(|_| {
        PyValueError::new_err(format!("{code:?} is not an error code of the protocol"))
    })
}

/// The frame that answers the handshake; `resume` is "continue" or "resync".
#[pyfunction]
#[pyo3(signature = (seq, last, resume, *, message_bytes=None, pending_events=None))]
fn encode_connected(
    seq: u32,
    last: u32,
    resume: &str,
    message_bytes: Option<u32>,
    pending_events: Option<u32>,
) -> PyResult<String> {
    let resume = match resume {
        "continue" => Resume::Continue,
        "resync" => Resume::Resync,
        other => {
            let message = format!("resume must be 'continue' or 'resync', not {other:?}");
            return Err(PyValueError::new_err(message));
        }
    };
    let connected = Connected {
        seq,
        last,
        resume,
        message_bytes: message_bytes.unwrap_or_else(|| limit("messageBytes") as u32),
        pending_events: pending_events.unwrap_or_else(|| limit("pendingEvents") as u32),
    };
    Ok(ServerFrame::Connected(connected).encode())
}

/// The frame that says what changed: operations of `Session.update`, then effects.
#[pyfunction]
#[pyo3(signature = (seq, r#ref, ops=String::new(), effects=None))]
fn encode_update(
    seq: u32,
    r#ref: u32,
    ops: String,
    effects: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let effects = self::effects(effects)?;
    let update = Update {
        seq,
        reference: r#ref,
        operations: operations(ops)?,
        effects,
    };
    Ok(ServerFrame::Update(update).encode())
}

/// The frame that says why an event was not handled.
#[pyfunction]
#[pyo3(signature = (seq, r#ref, code, message, id=""))]
fn encode_error(seq: u32, r#ref: u32, code: &str, message: &str, id: &str) -> PyResult<String> {
    let failure = Failure {
        seq,
        reference: r#ref,
        code: error_code(code)?,
        message: message.to_owned(),
        id: id.to_owned(),
    };
    Ok(ServerFrame::Error(failure).encode())
}

/// The frame that answers a resync: operations and base of `Session.resync`.
#[pyfunction]
#[pyo3(signature = (seq, r#ref, ops, base))]
fn encode_renumbered(seq: u32, r#ref: u32, ops: String, base: u32) -> PyResult<String> {
    let operations = operations(ops)?;
    let renumbered = Renumbered {
        seq,
        reference: r#ref,
        operations,
        base,
    };
    Ok(ServerFrame::Renumbered(renumbered).encode())
}

/// The frame before the server closes the connection on purpose.
#[pyfunction]
#[pyo3(signature = (code, message, reload=false))]
fn encode_close(code: &str, message: &str, reload: bool) -> PyResult<String> {
    let close = Close {
        code: error_code(code)?,
        message: message.to_owned(),
        reload,
    };
    Ok(ServerFrame::Close(close).encode())
}

fn limit(name: &str) -> u64 {
    let bound = describe::LIMITS.iter().find(|bound| bound.name == name);
    bound.map_or(0, |bound| bound.value)
}

/// Adds functions, constants and the exception to the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add("FrameError", frame_error(py)?)?;
    module.add_function(wrap_pyfunction!(decode_client_frame, module)?)?;
    module.add_function(wrap_pyfunction!(encode_connected, module)?)?;
    module.add_function(wrap_pyfunction!(encode_update, module)?)?;
    module.add_function(wrap_pyfunction!(encode_error, module)?)?;
    module.add_function(wrap_pyfunction!(encode_renumbered, module)?)?;
    module.add_function(wrap_pyfunction!(encode_close, module)?)?;
    module.add("PONG", ServerFrame::Pong.encode())?;
    module.add("PROTOCOL_VERSION", VERSION)?;
    module.add(
        "ERROR_CODES",
        PyTuple::new(py, ErrorCode::ALL.map(ErrorCode::as_str))?,
    )?;
    for bound in describe::LIMITS {
        module.add(constant_name(bound.name).as_str(), bound.value)?;
    }
    Ok(())
}

/// `messageBytes` as `MESSAGE_BYTES`.
fn constant_name(name: &str) -> String {
    let mut constant = String::new();
    for character in name.chars() {
        if character.is_uppercase() {
            constant.push('_');
        }
        constant.push(character.to_ascii_uppercase());
    }
    constant
}
