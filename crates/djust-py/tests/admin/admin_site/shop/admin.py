"""The admin of the models, with the options that change how its pages look."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .models import Author, Book, Category, Edition, Review


class EditionInline(admin.TabularInline):
    model = Edition
    extra = 2
    show_change_link = True
    readonly_fields = ["shown"]

    def shown(self, edition: Edition) -> str:
        return f"<{edition.year}>"


class ReviewInline(admin.StackedInline):
    model = Review
    extra = 1
    max_num = 3
    radio_fields = {"stars": admin.HORIZONTAL}
    classes = ["collapse"]


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    list_display = ["name", "born", "home", "mail"]
    list_editable = ["born", "mail"]
    search_fields = ["name"]
    search_help_text = "Part of a <name>"


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    prepopulated_fields = {"slug": ["name"]}
    save_as = True
    save_on_top = True


class PriceFilter(admin.SimpleListFilter):
    title = _("price")
    parameter_name = "price"

    def lookups(self, request, model_admin):
        return [("low", "below <10>"), ("high", "the rest")]

    def queryset(self, request, queryset):
        if self.value() == "low":
            return queryset.filter(price__lt=10)
        return queryset.filter(price__gte=10) if self.value() else queryset


@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = [
        "title",
        "category",
        "price",
        "weight",
        "pages",
        "is_sold_out",
        "published",
        "shelf_time",
        "cover",
        "binding",
    ]
    list_display_links = ["title", "cover"]
    list_filter = [
        PriceFilter,
        "is_sold_out",
        "binding",
        "published",
        ("category", admin.RelatedOnlyFieldListFilter),
        "authors",
    ]
    list_per_page = 5
    list_max_show_all = 100
    search_fields = ["title", "authors__name"]
    date_hierarchy = "published"
    actions = ["sell_out"]
    actions_on_bottom = True
    actions_selection_counter = True
    autocomplete_fields = ["authors"]
    raw_id_fields = ["editor"]
    radio_fields = {"binding": admin.VERTICAL}
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["cover", "discounted"]
    inlines = [EditionInline, ReviewInline]
    fieldsets = [
        (None, {"fields": [("title", "slug"), "category", "authors", "editor"]}),
        (
            "Price & weight",
            {
                "classes": ["wide", "collapse"],
                "description": "What it <b>costs</b>.",
                "fields": [("price", "weight", "pages"), "is_sold_out", "binding", "discounted"],
            },
        ),
        (_("Date"), {"fields": ["published", "shelf_time", "sample", "note", "facts", "cover"]}),
    ]

    @admin.display(description="Cover", ordering="title", empty_value="no <cover>")
    def cover(self, book: Book):
        return format_html("<img alt='{}'>", book.title) if book.pk and book.pk % 2 else None

    @admin.display(description=_("price"))
    def discounted(self, book: Book) -> float | None:
        return book.discount() if book.price is not None else None

    @admin.action(description="Mark as <sold out>")
    def sell_out(self, request, queryset):
        queryset.update(is_sold_out=True)
        self.message_user(request, f"{queryset.count()} <sold out>")
