//! Short sequences of few tags, in any order: what one tag does depends on all that came before.

use djust_vdom::html::{full, strict};

use crate::compare::{compose, same};
use crate::generate::context;
use crate::random::Random;
use crate::setting;
use crate::words::PLACES;

const PIECES: [&[&str]; 4] = [
    &[
        "<p>", "</p>", "<span>", "</span>", "<ul>", "</ul>", "<li>", "</li>", "<hr>", "a", " ",
    ],
    &[
        "<p>", "</p>", "<label>", "</label>", "<span>", "</span>", "<div>", "</div>", "<b>",
        "</b>", "a",
    ],
    &[
        "<p>", "</p>", "<span>", "</span>", "<table>", "</table>", "<tr>", "</tr>", "<td>",
        "</td>", "<col>", "a", " ",
    ],
    &[
        "<p>",
        "</p>",
        "<abbr>",
        "</abbr>",
        "<dl>",
        "<dt>",
        "<dd>",
        "</dl>",
        "<form>",
        "</form>",
        "<pre>",
        "</pre>",
        "\n",
        "a",
        "<search>",
        "</search>",
        "<h1>",
        "</h1>",
    ],
];

#[test]
fn sequences_of_tags_have_the_tree_of_the_full_parser() {
    let (wanted, seed) = (
        setting("STRICT_CASES", 160_000) / 4,
        setting("STRICT_SEED", 1),
    );
    let (mut accepted, mut made, mut composed) = (0, 0, 0);
    while accepted < wanted {
        let mut random = Random::new(seed.rotate_left(16) ^ made);
        made += 1;
        let place = random.pick(PLACES);
        let pieces = random.pick(&PIECES);
        let count = 2 + random.below(10);
        let html: String = (0..count).map(|_| random.pick(pieces)).collect();
        let context = context(place);
        if let Ok(tree) = strict::parse_fragment(&html, &context) {
            let expected = full::parse_fragment(&html, &context);
            assert!(
                same(&tree, tree.top(), &expected, expected.top()),
                "in {place:?}: {html:?}"
            );
            let next: String = (0..count).map(|_| random.pick(pieces)).collect();
            let parts = [html, next];
            composed += u64::from(compose(place, &parts[..1]));
            composed += u64::from(compose(place, &parts));
            accepted += 1;
        }
    }
    assert!(composed > accepted, "each alone, and some with another");
    println!("sequences: {made} made, {accepted} accepted");
}
