//! Regions around the live root: what they write can be part of what is around them.

use super::{Event, Recording};

impl Recording {
    /// The regions, from the outside in, around the first text of the template that may have the live root; none where that
    /// is in none.
    pub(in crate::shape) fn regions_around_root(&self) -> Vec<u32> {
        let mut open = Vec::new();
        for event in &self.events {
            match *event {
                Event::Literal(number) if self.literals[number as usize].may_be_root => {
                    return open;
                }
                Event::Enter(region) => open.push(region),
                Event::Leave => drop(open.pop()),
                _ => {}
            }
        }
        Vec::new()
    }

    /// Makes what some regions wrote part of what is around them, as if they had not been entered. The recording must be
    /// [complete](Self::is_complete).
    ///
    /// ```
    /// use djust_vdom::{Recording, ShapedPage, Shapes};
    ///
    /// // What `{% if user %}<p dj-root>{{ user }}</p>{% endif %}` writes.
    /// let mut recording = Recording::new();
    /// recording.enter();
    /// recording.literal((0, 0), "<p dj-root>");
    /// recording.text((0, 0), "Ada");
    /// recording.literal((0, 1), "</p>");
    /// recording.leave();
    /// let shapes = Shapes::new();
    /// let regions = shapes.regions_around_root(&recording);
    /// assert_eq!(regions, [0]);
    /// recording.dissolve(&regions);
    /// assert!(ShapedPage::mount(&shapes, &recording).is_ok());
    /// assert_eq!(recording.html(), "<p dj-root>Ada</p>");
    /// ```
    pub fn dissolve(&mut self, regions: &[u32]) {
        let mut made = self.clone();
        made.clear();
        let mut open = Vec::new();
        // No two of the writes are one.
        let slot = (u32::MAX, u32::MAX);
        for event in &self.events {
            made.part();
            match *event {
                Event::Literal(number) => {
                    let literal = &self.literals[number as usize];
                    made.literal(literal.id, &literal.text);
                }
                Event::Text(span) => made.text(slot, self.value(span)),
                Event::Markup(span) => made.markup(slot, self.value(span)),
                Event::Enter(region) => {
                    let stays = !regions.contains(&region);
                    open.push(stays);
                    if stays {
                        made.enter();
                        made.digest(self.region(region).hash);
                    }
                }
                Event::Leave => {
                    if open.pop() == Some(true) {
                        made.leave();
                    }
                }
                Event::Kept(_) => {}
            }
        }
        *self = made;
    }
}
