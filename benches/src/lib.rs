//! Shared inputs of the benchmarks: one table of 1,000 rows and what happens to it.
//!
//! A row has six fields, a key, a conditional class and a conditional element, about 380 bytes and
//! ten elements. Everything is computed from fixed numbers, so that two runs measure the same.
//!
//! ```
//! use djust_benches::{Pattern, page, rows};
//!
//! let before = rows(1_000);
//! let after = Pattern::Swap.apply(&before);
//! assert_eq!(after[1], before[998]);
//! assert!((350_000..400_000).contains(&page(&before).len()));
//! ```

use std::sync::Arc;

use djust_live::Session;
use djust_template::value::Map;
use djust_template::{Context, Engine, Template, Value};

/// The page: a live table and what stands around it.
pub const SOURCE: &str = include_str!("table.html");

/// Rows in every pattern.
pub const ROWS: usize = 1_000;

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Key of the row.
    pub id: u32,
    /// Name of a person.
    pub name: String,
    /// Address.
    pub email: String,
    /// Town.
    pub city: String,
    /// Sum in cents.
    pub amount: u32,
    /// Whether the row has the class and the badge.
    pub active: bool,
}

impl Row {
    /// The row with this number, always the same.
    pub fn new(id: u32) -> Self {
        const NAMES: [&str; 7] = [
            "Ada", "Grace", "Edsger", "Barbara", "Alan", "Niklaus", "Radia",
        ];
        const CITIES: [&str; 5] = ["Zürich", "London", "New York", "São Paulo", "Kyoto"];
        let name = format!("{} {id}", NAMES[id as usize % NAMES.len()]);
        Self {
            id,
            email: format!("user{id}@example.org"),
            city: CITIES[id as usize % CITIES.len()].to_owned(),
            amount: id.wrapping_mul(7_919) % 100_000,
            active: id.is_multiple_of(3),
            name,
        }
    }

    fn value(&self) -> Value {
        let fields: [(&str, Value); 6] = [
            ("id", self.id.into()),
            ("name", self.name.as_str().into()),
            ("email", self.email.as_str().into()),
            ("city", self.city.as_str().into()),
            ("amount", self.amount.into()),
            ("active", self.active.into()),
        ];
        Map::from_iter(fields.map(|(name, value)| (name.into(), value))).into()
    }
}

/// The first rows of the table.
pub fn rows(count: usize) -> Vec<Row> {
    (1..=count as u32).map(Row::new).collect()
}

/// The compiled page.
///
/// # Panics
///
/// When the page does not compile.
pub fn template() -> Arc<Template> {
    Engine::default()
        .template_from_str(SOURCE)
        .expect("the page compiles")
}

/// What the page is rendered with.
pub fn context(rows: &[Row]) -> Context {
    let values: Vec<Value> = rows.iter().map(Row::value).collect();
    Context::from_iter([
        ("rows", Value::from(values)),
        ("title", Value::from("People")),
    ])
}

/// The rendered page.
///
/// # Panics
///
/// When the page does not render.
pub fn page(rows: &[Row]) -> String {
    template()
        .render(&mut context(rows))
        .expect("the page renders")
}

/// A session that shows these rows.
///
/// # Panics
///
/// When the page does not render.
pub fn mounted(rows: &[Row]) -> Session {
    let mut session = Session::new(template());
    session.mount(&mut context(rows)).expect("the page renders");
    session
}

/// What happens to the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Nothing.
    NoChange,
    /// One field of one row.
    OneText,
    /// One row becomes active: a class and an element.
    OneBranch,
    /// One field of every tenth row.
    EveryTenth,
    /// The second row and the last but one change places.
    Swap,
    /// One row in the middle goes.
    Remove,
    /// One new row comes first.
    Prepend,
    /// All rows in the opposite order.
    Reverse,
    /// All rows in an arbitrary order.
    Shuffle,
    /// All rows, out of an empty table.
    Create,
}

impl Pattern {
    /// Every pattern.
    pub const ALL: [Self; 10] = [
        Self::NoChange,
        Self::OneText,
        Self::OneBranch,
        Self::EveryTenth,
        Self::Swap,
        Self::Remove,
        Self::Prepend,
        Self::Reverse,
        Self::Shuffle,
        Self::Create,
    ];

    /// Name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoChange => "no change",
            Self::OneText => "one text",
            Self::OneBranch => "one branch",
            Self::EveryTenth => "every tenth",
            Self::Swap => "swap",
            Self::Remove => "remove",
            Self::Prepend => "prepend",
            Self::Reverse => "reverse",
            Self::Shuffle => "shuffle",
            Self::Create => "create 1,000",
        }
    }

    /// The rows that the pattern begins with.
    pub fn before(self) -> Vec<Row> {
        rows(if self == Self::Create { 0 } else { ROWS })
    }

    /// The rows afterwards.
    ///
    /// # Panics
    ///
    /// When there are rows, but fewer than four.
    pub fn apply(self, before: &[Row]) -> Vec<Row> {
        let mut rows = before.to_vec();
        let (count, middle) = (rows.len(), rows.len() / 2);
        match self {
            Self::NoChange => {}
            Self::OneText => "Hedy Lamarr".clone_into(&mut rows[middle].name),
            Self::OneBranch => rows[middle].active ^= true,
            Self::EveryTenth => {
                for row in rows.iter_mut().step_by(10) {
                    row.name.push_str(" !!!");
                }
            }
            Self::Swap => rows.swap(1, count - 2),
            Self::Remove => drop(rows.remove(middle)),
            Self::Prepend => rows.insert(0, Row::new(count as u32 + 1)),
            Self::Reverse => rows.reverse(),
            Self::Shuffle => shuffle(&mut rows),
            Self::Create => rows = self::rows(ROWS),
        }
        rows
    }
}

/// Fisher and Yates with the numbers of a linear congruential generator.
fn shuffle(rows: &mut [Row]) {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    for end in (1..rows.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        rows.swap(end, (state >> 33) as usize % (end + 1));
    }
}
