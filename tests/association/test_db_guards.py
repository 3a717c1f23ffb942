"""Append-only rows and spans without overlap: the same refusals on both databases, even after a rebuild."""

import contextlib
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter
from hypothesis import given
from hypothesis import strategies as st

from association.db import constraints
from association.db.append_only import AppendOnly, lifted
from association.db.no_overlap import NoOverlap
from association.db.triggers import stale
from association.models import Body


class Entry(models.Model):
    text = models.TextField()
    amount = models.BigIntegerField(null=True)
    voided_by = models.CharField(max_length=20, null=True)  # noqa: DJ001  NULL is the case to test

    class Meta:
        app_label = "sheet"
        constraints = [
            AppendOnly(
                name="sheet_entry_append_only",
                allow_update=("voided_by",),
                violation_error_message="An entry is corrected by another entry.",
            )
        ]


class Stay(models.Model):
    room = models.IntegerField(null=True)
    from_on = models.DateField(null=True)
    until = models.DateField(null=True)
    state = models.CharField(max_length=10, default="kept")

    class Meta:
        app_label = "sheet"
        constraints = [
            NoOverlap(
                key=("room",),
                condition=~models.Q(state="voided"),
                name="sheet_stay_no_overlap",
                violation_error_message="The room is taken on these days.",
            )
        ]


MODELS = [Entry, Stay]


@pytest.fixture
def tables(transactional_db, monkeypatch):
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    monkeypatch.setattr(constraints, "apps", SimpleNamespace(get_models=lambda: MODELS))
    yield
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.delete_model(model)


@contextlib.contextmanager
def refused(message):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        yield
    assert constraints.violation_message(refusal.value) == message


def corrected():
    return refused("An entry is corrected by another entry.")


def taken():
    return refused("The room is taken on these days.")


@pytest.mark.usefixtures("tables")
class TestAppendOnly:
    def test_rows_are_neither_deleted_nor_changed(self):
        entry = Entry.objects.create(text="joined", amount=None)
        with corrected():
            entry.delete()
        with corrected():
            Entry.objects.all().delete()
        with corrected():
            Entry.objects.update(text="left")
        with corrected():
            Entry.objects.update(amount=0)  # from NULL
        with corrected():
            Entry.objects.update(text="left", voided_by="me")
        with corrected():
            Entry.objects.update(id=entry.pk + 1)
        assert Entry.objects.values_list("text", "amount", "voided_by").get() == ("joined", None, None)

    def test_what_may_change_does(self):
        entry = Entry.objects.create(text="joined", amount=5)
        entry.voided_by = "chair"
        entry.save()  # names every column, changes one
        assert Entry.objects.get().voided_by == "chair"
        Entry.objects.update(voided_by=None)
        assert Entry.objects.get().voided_by is None

    def test_nothing_is_allowed_unless_named(self):
        constraint = AppendOnly(name="sheet_entry_append_only")
        with connection.schema_editor() as editor:
            replace(editor, Entry, constraint)
        Entry.objects.create(text="joined")
        with refused("An entry is corrected by another entry."):
            Entry.objects.update(voided_by="chair")

    def test_a_test_database_can_be_flushed(self):
        Entry.objects.create(text="joined")
        with lifted(connection):
            if connection.vendor == "sqlite":
                Entry.objects.all().delete()
        with corrected():
            Entry.objects.create(text="again")
            Entry.objects.all().delete()


def replace(editor, model, constraint):
    """Change a constraint as a migration would, on a copy of the model."""
    state = ProjectState()
    state.add_model(ModelState.from_model(model))
    name = model._meta.constraints[0].name
    for operation in (
        migrations.RemoveConstraint(model._meta.model_name, name),
        migrations.AddConstraint(model._meta.model_name, constraint),
    ):
        before, state = state, state.clone()
        operation.state_forwards("sheet", state)
        operation.database_forwards("sheet", editor, before, state)


@pytest.mark.usefixtures("tables")
class TestNoOverlap:
    def stay(self, first, until, **fields):
        return Stay.objects.create(from_on=first, until=until, **{"room": 1, **fields})

    def test_spans_may_touch_but_not_overlap(self):
        self.stay(date(2026, 1, 1), date(2026, 2, 1))
        self.stay(date(2026, 2, 1), date(2026, 3, 1))  # begins on the day that the first no longer holds
        with taken():
            self.stay(date(2026, 1, 31), date(2026, 2, 1))
        with taken():
            self.stay(date(2025, 1, 1), None)
        with taken():
            self.stay(None, None)
        self.stay(None, date(2026, 1, 1))
        self.stay(date(2026, 3, 1), None)
        with taken():
            self.stay(date(2030, 1, 1), date(2030, 1, 2))

    def test_other_keys_and_rows_outside_the_condition_do_not_count(self):
        self.stay(date(2026, 1, 1), None)
        self.stay(date(2026, 1, 1), None, room=2)
        self.stay(date(2026, 1, 1), None, state="voided")
        self.stay(date(2026, 1, 1), None, room=None)
        self.stay(date(2026, 1, 1), None, room=None)
        with taken():
            Stay.objects.filter(state="voided").update(state="kept")
        with taken():
            Stay.objects.filter(room=2).update(room=1)

    def test_a_span_may_grow_until_it_meets_another(self):
        first = self.stay(date(2026, 1, 1), date(2026, 2, 1))
        self.stay(date(2026, 3, 1), None)
        first.until = date(2026, 3, 1)
        first.save()
        first.until = None
        with taken():
            first.save()

    def test_rows_written_together_are_compared(self):
        with taken():
            Stay.objects.bulk_create([Stay(room=1, from_on=date(2026, 1, n), until=None) for n in (1, 2)])
        assert not Stay.objects.exists()

    def test_the_form_says_it_too(self):
        first = self.stay(date(2026, 1, 1), date(2026, 2, 1))
        first.full_clean()
        with pytest.raises(ValidationError, match="The room is taken on these days"):
            Stay(room=1, from_on=date(2026, 1, 15), until=None).validate_constraints()
        Stay(room=1, from_on=date(2026, 2, 1), until=None).validate_constraints()
        Stay(room=1, from_on=date(2026, 1, 15), until=None, state="voided").validate_constraints()
        Stay(room=1, from_on=date(2026, 1, 15), until=None).validate_constraints(exclude={"room"})

    @given(
        st.lists(
            st.tuples(st.none() | st.integers(1, 9), st.integers(1, 4) | st.none() | st.just(0)),
            min_size=2,
            max_size=2,
        )
    )
    def test_database_form_and_calendar_agree(self, spans):
        Stay.objects.all().delete()
        days, stays = [], []
        for first, length in spans:
            last = None if length is None else (first or 5) + length
            days.append({d for d in range(20) if (first is None or first <= d) and (last is None or d < last)})
            stays.append(
                Stay(
                    room=1,
                    from_on=None if first is None else date(2026, 1, first),
                    until=None if last is None else date(2026, 1, last),
                )
            )
        stays[0].save()
        if days[0] & days[1]:
            with pytest.raises(ValidationError):
                stays[1].validate_constraints()
            with taken():
                stays[1].save()
        else:
            stays[1].validate_constraints()
            stays[1].save()


def migrate(state, *operations):
    for operation in operations:
        before, state = state, state.clone()
        operation.state_forwards("sheet", state)
        with connection.schema_editor(atomic=operation.atomic is not False) as editor:
            operation.database_forwards("sheet", editor, before, state)
    return state


@pytest.fixture
def state(tables):
    state = ProjectState()
    for model in MODELS:
        state.add_model(ModelState.from_model(model))
    return state


@pytest.mark.usefixtures("tables")
class TestMigrations:
    def test_guards_survive_changes_of_their_table(self, state):
        Entry.objects.create(text="joined")
        Stay.objects.create(room=1, from_on=date(2026, 1, 1))
        state = migrate(
            state,
            migrations.AddField("entry", "kind", models.CharField(max_length=9, default="event")),
            migrations.RenameField("entry", "text", "words"),
            migrations.AlterField("entry", "words", models.CharField(max_length=99)),
            migrations.AddField("stay", "guests", models.IntegerField(default=1)),
            migrations.AddConstraint(
                "stay", models.CheckConstraint(condition=models.Q(guests__gte=1), name="sheet_stay_guests")
            ),
        )
        later = state.apps
        assert stale(connection, [later.get_model("sheet", "entry"), later.get_model("sheet", "stay")]) == []
        with corrected():
            later.get_model("sheet", "entry").objects.update(kind="other")
        with corrected():
            later.get_model("sheet", "entry").objects.all().delete()
        with taken():
            later.get_model("sheet", "stay").objects.create(room=1, from_on=date(2026, 5, 1))

    def test_a_nullable_column_is_reported_until_the_guard_is_made_anew(self, state):
        state = migrate(state, migrations.AddField("entry", "note", models.TextField(null=True)))
        entry = state.apps.get_model("sheet", "entry")
        assert stale(connection, [entry]) == (["sheet_entry_append_only"] if connection.vendor == "sqlite" else [])
        constraint = Entry._meta.constraints[0]
        state = migrate(
            state,
            migrations.RemoveConstraint("entry", constraint.name),
            migrations.AddConstraint("entry", constraint),
        )
        assert stale(connection, [state.apps.get_model("sheet", "entry")]) == []

    def test_removing_reverses(self, state):
        Entry.objects.create(text="joined")
        Stay.objects.create(room=1, from_on=date(2026, 1, 1))
        migrate(
            state,
            migrations.RemoveConstraint("entry", "sheet_entry_append_only"),
            migrations.RemoveConstraint("stay", "sheet_stay_no_overlap"),
        )
        assert stale(connection, MODELS) == ["sheet_entry_append_only", "sheet_stay_no_overlap"]
        Entry.objects.update(text="left")
        Entry.objects.all().delete()
        Stay.objects.create(room=1, from_on=date(2026, 1, 1))
        Stay.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Entry, Entry._meta.constraints[0])
        with connection.schema_editor() as editor:
            editor.add_constraint(Stay, Stay._meta.constraints[0])
        assert stale(connection, MODELS) == []

    @pytest.mark.parametrize("model", MODELS)
    def test_are_written_and_read_back(self, model):
        constraint = model._meta.constraints[0]
        text, _imports = MigrationWriter.serialize(constraint)
        assert text.startswith(f"{type(constraint).__module__}.{type(constraint).__name__}(")
        assert constraint.clone() == constraint
        assert constraint != type(constraint)(**{**constraint.deconstruct()[2], "name": "other"})


@pytest.mark.django_db
def test_every_guard_of_our_models_is_in_the_database():
    assert stale(connection) == []


class TestViolationMessage:
    @pytest.mark.django_db
    def test_is_the_constraints_own(self):
        Body.objects.create(key="council", name="理事会", kind="council")
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            Body.objects.create(key="council", name="理事会", kind="council")
        unique = next(c for c in Body._meta.constraints if c.name == "association_body_key_unique")
        assert constraints.violation_message(refusal.value) == unique.get_violation_error_message()

    @pytest.mark.django_db
    def test_is_none_where_the_database_has_no_words_of_ours(self):
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            Body.objects.create(key=None, name="理事会", kind="council")
        assert constraints.violation_message(refusal.value) is None

    @pytest.mark.parametrize("text", ["", "FOREIGN KEY constraint failed", "CHECK constraint failed: nobodys"])
    def test_is_none_for_a_stranger(self, text):
        assert constraints.violation_message(IntegrityError(text)) is None

    def test_is_none_rather_than_a_guess(self, monkeypatch):
        class Pair(models.Model):
            a = models.IntegerField()

            class Meta:
                app_label = "sheet"
                constraints = [
                    models.UniqueConstraint(
                        fields=["a"], condition=models.Q(a__gt=n), name=f"p{n}", violation_error_message=str(n)
                    )
                    for n in (1, 2)
                ]

        monkeypatch.setattr(constraints, "apps", SimpleNamespace(get_models=lambda: [Pair]))
        assert constraints.violation_message(IntegrityError("UNIQUE constraint failed: sheet_pair.a")) is None
        assert constraints.violation_message(IntegrityError("CHECK constraint failed: p2")) == "2"
