from django.db import migrations, models


class Migration(migrations.Migration):
    """How many of the texts a sheet was made of say nothing but the name of a category."""

    dependencies = [("triage", "0004_topic_sheets_anew")]
    operations = [
        migrations.AddField(
            model_name="topicsheet",
            name="wordless",
            field=models.IntegerField(default=0, help_text="of them: say nothing but the name of a category"),
        ),
    ]
