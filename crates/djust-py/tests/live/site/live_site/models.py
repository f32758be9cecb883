from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=50)


class Book(models.Model):
    title = models.CharField(max_length=100)
    price = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    published = models.DateField(null=True)
    author = models.ForeignKey(Author, null=True, on_delete=models.CASCADE)
    extra = models.JSONField(default=dict)
    cover = models.FileField(blank=True)
