"""The models, with every kind of field that the admin shows in a way of its own."""

from django.contrib.auth.models import User
from django.db import models
from django.urls import reverse


class Category(models.Model):
    name = models.CharField(max_length=40)
    slug = models.SlugField()

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Author(models.Model):
    """Somebody who writes; see :model:`shop.Book`."""

    name = models.CharField("full name", max_length=80, help_text="As on the <em>cover</em>.")
    born = models.DateField(null=True, blank=True)
    home = models.URLField(blank=True)
    mail = models.EmailField(blank=True)

    def __str__(self) -> str:
        return self.name


class Book(models.Model):
    """A book.

    It has a :field:`~shop.Book.title`.
    """

    title = models.CharField(max_length=120)
    slug = models.SlugField(blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="books")
    editor = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    authors = models.ManyToManyField(Author)
    binding = models.CharField(max_length=1, choices=[("h", "Hard & heavy"), ("s", "Soft")])
    price = models.DecimalField(max_digits=9, decimal_places=2)
    weight = models.FloatField(null=True, blank=True)
    pages = models.PositiveIntegerField(default=1234)
    is_sold_out = models.BooleanField(null=True)
    published = models.DateTimeField()
    shelf_time = models.TimeField(null=True, blank=True)
    sample = models.FileField(upload_to="samples", blank=True)
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-published"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("admin:shop_book_change", args=[self.pk])

    def discount(self, percent: int = 10) -> float:
        """The price after a discount.

        :param percent: how much is taken off
        """
        return float(self.price) * (100 - percent) / 100


class Edition(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)
    year = models.IntegerField()
    remark = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"{self.book} <{self.year}>"


class Review(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)
    stars = models.IntegerField(choices=[(1, "bad"), (2, "fair"), (3, "good")])
    text = models.TextField()

    def __str__(self) -> str:
        return self.text
