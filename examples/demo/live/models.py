"""What the demo keeps in the database."""

from django.db import models


class Product(models.Model):
    """Something to find on the search page."""

    name = models.CharField(max_length=80, unique=True)
    category = models.CharField(max_length=40, db_index=True)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    stock = models.PositiveIntegerField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Task(models.Model):
    """One line of the to-do list."""

    title = models.CharField(max_length=200)
    done = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class Message(models.Model):
    """One message of the chat."""

    author = models.CharField(max_length=40)
    body = models.CharField(max_length=500)
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.author}: {self.body}"
