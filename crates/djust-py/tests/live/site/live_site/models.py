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


class Tag(models.Model):
    name = models.CharField(max_length=50)
    owner = models.ForeignKey(Author, null=True, on_delete=models.CASCADE)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ShownManager(models.Manager):  # type: ignore[type-arg]
    def get_queryset(self) -> models.QuerySet[models.Model]:
        return super().get_queryset().exclude(title="hidden")


class Story(models.Model):
    title = models.CharField(max_length=100)
    text = models.TextField(default="")
    notes = models.JSONField(default=dict)
    author = models.ForeignKey(Author, null=True, on_delete=models.CASCADE, related_name="stories")
    before = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="after")
    tags = models.ManyToManyField(Tag, related_name="stories")

    objects = models.Manager()
    shown = ShownManager()

    @property
    def length(self) -> int:
        return len(self.text)

    def __str__(self) -> str:
        return f"{self.title}: {self.text}"
