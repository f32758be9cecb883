"""Fill a new database with the rows of `live.seed`."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from live import seed


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    product, task, message = (
        apps.get_model("live", name) for name in ("Product", "Task", "Message")
    )
    product.objects.bulk_create([product(**row) for row in seed.products()])
    task.objects.bulk_create([task(title=title, done=done) for title, done in seed.TASKS])
    message.objects.bulk_create(
        [message(author=author, body=body) for author, body in seed.MESSAGES]
    )


class Migration(migrations.Migration):
    dependencies = [("live", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
