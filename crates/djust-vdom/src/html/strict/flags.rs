//! What is open around a place: the part of the parser's stack that decides about later tags.

use super::elements::Category;

/// Open elements that a start tag further inside would close, or that make the parser drop it.
///
/// The standard asks its stack of open elements "is there a `p` in button scope?" and the like.
/// Here each open element knows the answers for what is inside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Flags(u8);

impl Flags {
    /// A `p` in button scope.
    pub(crate) const PARAGRAPH: Self = Self(1);
    /// An `li` that another `li` closes.
    pub(crate) const LIST_ITEM: Self = Self(1 << 1);
    /// A `dd` or `dt` that another one closes.
    pub(crate) const DEFINITION: Self = Self(1 << 2);
    /// An `a` among the active formatting elements.
    pub(crate) const ANCHOR: Self = Self(1 << 3);
    /// A `nobr` in scope.
    pub(crate) const NO_BREAK: Self = Self(1 << 4);
    /// A `button` in scope.
    pub(crate) const BUTTON: Self = Self(1 << 5);
    /// The form element pointer is set.
    pub(crate) const FORM: Self = Self(1 << 6);
    /// The content of a template, which is inert: `innerHTML` reads `noscript` there as markup.
    pub(crate) const TEMPLATE: Self = Self(1 << 7);

    /// What the standard's "in scope" does not look beyond.
    const SCOPED: Self = Self(Self::PARAGRAPH.0 | Self::NO_BREAK.0 | Self::BUTTON.0);
    /// What is forgotten where a new list of formatting elements begins.
    const MARKED: Self = Self(Self::SCOPED.0 | Self::LISTS.0 | Self::ANCHOR.0);
    const LISTS: Self = Self(Self::LIST_ITEM.0 | Self::DEFINITION.0);

    pub(crate) fn contains(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }

    pub(crate) fn with(self, flag: Self) -> Self {
        Self(self.0 | flag.0)
    }

    fn without(self, flags: Self) -> Self {
        Self(self.0 & !flags.0)
    }

    /// The flags inside an HTML element that stands where these hold.
    pub(crate) fn inside(self, category: Category) -> Self {
        match category {
            // Neither `special` in every reading nor a scope.
            Category::Ordinary
            | Category::Division
            | Category::RubyText
            | Category::Option
            | Category::OptionGroup
            | Category::Svg
            | Category::Math => self,
            Category::Paragraph => self.with(Self::PARAGRAPH),
            Category::ListItem => self.without(Self::LISTS).with(Self::LIST_ITEM),
            Category::Definition => self.without(Self::LISTS).with(Self::DEFINITION),
            Category::Anchor => self.with(Self::ANCHOR),
            Category::NoBreak => self.with(Self::NO_BREAK),
            Category::Button => self
                .without(Self::LISTS)
                .without(Self::PARAGRAPH)
                .with(Self::BUTTON),
            Category::Form => self.without(Self::LISTS).with(Self::FORM),
            // Scopes; those of the other lines also begin a new list of formatting elements.
            Category::Table | Category::Select => self.without(Self::SCOPED).without(Self::LISTS),
            Category::Cell | Category::Caption | Category::Object => self.without(Self::MARKED),
            Category::Template => self.without(Self::MARKED).with(Self::TEMPLATE),
            _ => self.without(Self::LISTS),
        }
    }

    /// The flags inside an SVG element that holds HTML, which is a scope.
    pub(crate) fn inside_integration_point(self) -> Self {
        self.without(Self::SCOPED)
    }
}

#[cfg(test)]
mod tests {
    use super::Flags;
    use crate::html::strict::elements::Category;

    #[test]
    fn scopes_hide_what_is_around_them() {
        let all = Flags(u8::MAX);
        assert_eq!(all.inside(Category::Ordinary), all);
        assert!(!all.inside(Category::Cell).contains(Flags::ANCHOR));
        assert!(all.inside(Category::Table).contains(Flags::ANCHOR));
        assert!(all.inside(Category::Block).contains(Flags::PARAGRAPH));
        assert!(!all.inside(Category::Button).contains(Flags::PARAGRAPH));
        assert!(all.inside(Category::Button).contains(Flags::BUTTON));
        assert!(!all.inside(Category::Block).contains(Flags::LIST_ITEM));
        assert!(all.inside(Category::Division).contains(Flags::LIST_ITEM));
        for category in [Category::Cell, Category::Template, Category::Button] {
            assert!(all.inside(category).contains(Flags::FORM));
        }
    }
}
