"""Money in fen and sealed text, as the models see them and as the database stores them."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, migrations, models, transaction
from django.db.migrations.writer import MigrationWriter
from django.db.models import Avg, Case, F, Max, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from hypothesis import given
from hypothesis import strategies as st

from association.fields import MONEY_LIMIT, EncryptedTextField, MoneyField, money
from association.keys import Undecryptable

AMOUNTS = st.integers(-(10**17) + 1, 10**17 - 1).map(lambda fen: Decimal(fen).scaleb(-2))


class Line(models.Model):
    owed = MoneyField()
    paid = MoneyField(default=Decimal("0.00"), null=True)
    months = models.IntegerField(default=12)

    class Meta:
        app_label = "sheet"
        managed = False


class Paper(models.Model):
    number = EncryptedTextField(null=True, blank=True)
    other = EncryptedTextField(null=True, blank=True, context="sheet.Paper.number")
    plain = models.TextField(default="plain")

    class Meta:
        app_label = "sheet"
        managed = False


@pytest.fixture
def tables(db):
    serial = "bigserial" if connection.vendor == "postgresql" else "integer"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE sheet_line (id {serial} PRIMARY KEY, owed bigint NOT NULL, paid bigint, months integer)"
        )
        cursor.execute(f"CREATE TABLE sheet_paper (id {serial} PRIMARY KEY, number text, other text, plain text)")


def raw(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


class TestMoneyValue:
    @pytest.mark.parametrize(
        ("given_value", "kept"),
        [
            (Decimal("1666.67"), "1666.67"),
            ("1666.67", "1666.67"),
            (" 12.5 ", "12.50"),
            (5000, "5000.00"),
            (Decimal("1E+3"), "1000.00"),
            (Decimal("0.10000"), "0.10"),
            (Decimal("-0.00"), "0.00"),
            ("-3.2", "-3.20"),
            (MONEY_LIMIT - Decimal("0.01"), "999999999999999.99"),
        ],
    )
    def test_is_a_decimal_with_exactly_two_places(self, given_value, kept):
        assert str(MoneyField().to_python(given_value)) == kept

    @pytest.mark.parametrize(
        ("given_value", "code"),
        [
            (0.1, "float"),
            (1.0, "float"),
            (True, "invalid"),
            ("twelve", "invalid"),
            ("", "invalid"),
            ("NaN", "invalid"),
            (Decimal("Infinity"), "invalid"),
            ([], "invalid"),
            ({"a": 1}, "invalid"),
            ("0.001", "places"),
            (Decimal("1666.666666666666666666666666666666667"), "places"),
            (MONEY_LIMIT, "range"),
            ("-1e999999", "range"),
        ],
    )
    def test_refuses_what_would_lose_a_fen(self, given_value, code):
        with pytest.raises(ValidationError) as refusal:
            MoneyField().to_python(given_value)
        assert refusal.value.code == code

    def test_tells_in_chinese_what_to_enter(self):
        with pytest.raises(ValidationError, match="最多两位小数"):
            MoneyField().to_python("0.001")

    def test_none_stays_none(self):
        assert MoneyField().to_python(None) is None

    @given(AMOUNTS)
    def test_survives_the_way_to_fen_and_back(self, amount):
        field = MoneyField()
        stored = field.get_db_prep_value(amount, connection)
        assert type(stored) is int
        assert stored == amount * 100
        assert field.from_db_value(stored, None, connection) == amount

    def test_form_field_takes_two_places(self):
        form_field = MoneyField().formfield()
        assert form_field.clean("12.50") == Decimal("12.50")
        with pytest.raises(ValidationError):
            form_field.clean("12.505")

    def test_serialises_to_a_string(self):
        line = Line(pk=1, owed=Decimal("5.00"), paid=None)
        assert '"owed": "5.00", "paid": null' in serializers.serialize("json", [line])
        assert '<field name="owed" type="MoneyField">5.00</field>' in serializers.serialize("xml", [line])

    def test_is_written_into_migrations(self):
        text, imports = MigrationWriter.serialize(MoneyField(default=Decimal("0.00")))
        assert text == "association.fields.MoneyField(default=Decimal('0.00'))"
        assert "import association.fields" in imports


@pytest.mark.usefixtures("tables")
class TestMoneyInTheDatabase:
    def test_stores_fen(self):
        Line.objects.create(owed=Decimal("1666.67"))
        assert raw("SELECT owed, paid FROM sheet_line") == [(166667, 0)]
        line = Line.objects.get()
        assert (str(line.owed), str(line.paid)) == ("1666.67", "0.00")

    def test_saving_leaves_a_decimal_on_the_instance(self):
        line = Line.objects.create(owed="5", paid=None)
        assert (str(line.owed), line.paid) == ("5.00", None)

    def test_refuses_to_save_a_float(self):
        with pytest.raises(ValidationError):
            Line.objects.create(owed=0.1)

    def test_adds_up_exactly(self):
        Line.objects.bulk_create(Line(owed=Decimal("0.10"), paid=None) for _ in range(30))
        sums = Line.objects.aggregate(all=Sum("owed"), most=Max("owed"), mean=Avg("owed"), nothing=Sum("paid"))
        assert sums == {"all": Decimal("3.00"), "most": Decimal("0.10"), "mean": Decimal("0.10"), "nothing": None}
        assert str(sums["all"]) == "3.00"

    def test_average_is_rounded_half_up(self):
        Line.objects.bulk_create([Line(owed="0.01"), Line(owed="0.02")])
        assert Line.objects.aggregate(mean=Avg("owed"))["mean"] == Decimal("0.02")

    def test_coalesces_with_money(self):
        assert Line.objects.aggregate(owed=Coalesce(Sum("owed"), money(0)))["owed"] == Decimal("0.00")

    def test_compares_as_money(self):
        Line.objects.create(owed="2000", paid="666.67")
        Line.objects.create(owed="100", paid="100")
        assert Line.objects.filter(owed__gte=Decimal("2000.00")).count() == 1
        assert Line.objects.filter(owed__lt="2000").count() == 1
        assert Line.objects.filter(owed__in=[100, "2000.00"]).count() == 2
        assert Line.objects.filter(owed__range=(Decimal("99.99"), 100)).count() == 1
        assert Line.objects.filter(paid__lt=F("owed")).get().owed == 2000
        assert Line.objects.filter(paid=F("owed")).get().owed == 100
        assert Line.objects.exclude(paid__isnull=True).count() == 2
        assert Line.objects.annotate(both=Sum("owed")).filter(both__gt=100).get().owed == 2000
        older = Line.objects.filter(pk__lt=OuterRef("pk")).values("owed")[:1]
        assert Line.objects.annotate(before=Subquery(older)).filter(owed__lt=F("before")).get().owed == 100

    def test_calculates_as_money(self):
        Line.objects.create(owed="2000", paid="666.67", months=3)
        line = Line.objects.annotate(
            left=F("owed") - F("paid"), all=F("owed") * F("months"), off=-F("paid"), more=F("paid") + money("0.33")
        ).get()
        assert [line.left, line.all, line.off, line.more] == [
            Decimal("1333.33"), Decimal("6000.00"), Decimal("-666.67"), Decimal("667.00"),
        ]  # fmt: skip
        Line.objects.update(paid=F("paid") + money("1333.33"))
        assert Line.objects.get(paid=F("owed")).paid == Decimal("2000.00")
        Line.objects.update(paid=Case(When(Q(owed__gt=1999), then=money("1.50")), default=money(0)))
        assert Line.objects.get().paid == Decimal("1.50")

    @pytest.mark.parametrize(
        "mixed",
        [F("paid") + Decimal("10.00"), F("paid") + 10, F("months"), F("owed") / 12, F("owed") * F("paid")],
        ids=str,
    )
    def test_refuses_to_mix_yuan_with_bare_numbers(self, mixed):
        Line.objects.create(owed="2000")
        with pytest.raises(FieldError), transaction.atomic():
            Line.objects.update(paid=mixed)
        with pytest.raises(FieldError):
            Line.objects.filter(owed__gte=mixed).exists()
        assert Line.objects.get().paid == 0

    def test_bulk_update(self):
        lines = Line.objects.bulk_create([Line(owed="1"), Line(owed="2")])
        for line in lines:
            line.paid = line.owed + Decimal("0.05")
        Line.objects.bulk_update(lines, ["paid"])
        assert sorted(Line.objects.values_list("paid", flat=True)) == [Decimal("1.05"), Decimal("2.05")]


class TestSealedText:
    def test_is_written_into_migrations_with_its_context(self):
        field = EncryptedTextField(null=True, context="members.Party.number")
        assert field.clone().context == "members.Party.number"
        text, _imports = MigrationWriter.serialize(migrations.AddField("paper", "number", field))
        assert "EncryptedTextField(context='members.Party.number', null=True)" in text

    def test_cannot_be_unique(self):
        field = EncryptedTextField(unique=True)
        field.set_attributes_from_name("number")
        field.model = Paper
        assert "association.E001" in {error.id for error in field.check()}

    def test_is_not_exported(self):
        with pytest.raises(TypeError, match="not exported"):
            serializers.serialize("json", [Paper(pk=1, number="110108199003071238")])


@pytest.mark.usefixtures("tables")
class TestSealedTextInTheDatabase:
    NUMBER = "11010519491231002X"

    def test_the_column_holds_no_plaintext(self):
        Paper.objects.create(number=self.NUMBER)
        ((stored,),) = raw("SELECT number FROM sheet_paper")
        assert stored.startswith("demo1$")
        assert self.NUMBER not in stored
        assert Paper.objects.get().number == self.NUMBER
        assert Paper.objects.values_list("number", flat=True).get() == self.NUMBER

    def test_the_same_text_is_sealed_anew_each_time(self):
        Paper.objects.create(number=self.NUMBER)
        Paper.objects.create(number=self.NUMBER)
        assert len(set(raw("SELECT number FROM sheet_paper"))) == 2

    def test_none_and_empty_are_told_apart(self):
        Paper.objects.create(number=None)
        Paper.objects.create(number="")
        assert list(Paper.objects.order_by("pk").values_list("number", flat=True)) == [None, ""]
        stored = raw("SELECT number FROM sheet_paper ORDER BY id")
        assert stored[0] == (None,)
        assert stored[1][0].startswith("demo1$")
        assert Paper.objects.filter(number__isnull=True).count() == 1

    def test_a_rotated_key_still_opens_and_the_new_one_seals(self, settings):
        Paper.objects.create(number=self.NUMBER)
        settings.IDENTITY_KEYS = f"new:{'n' * 20},{settings.IDENTITY_KEYS}"
        paper = Paper.objects.get()
        assert paper.number == self.NUMBER
        paper.save()
        assert raw("SELECT number FROM sheet_paper")[0][0].startswith("new$")
        assert Paper.objects.get().number == self.NUMBER

    @pytest.mark.parametrize("ring", ["demo1:another-secret-of-the-same-id", "other:demo-only-identity-key"])
    def test_a_wrong_key_raises(self, settings, ring):
        Paper.objects.create(number=self.NUMBER)
        settings.IDENTITY_KEYS = ring
        with pytest.raises(Undecryptable) as refusal:
            Paper.objects.get()
        assert self.NUMBER not in str(refusal.value)

    @pytest.mark.parametrize("stored", ["11010519491231002X", "", "demo1$", "demo1$!!!!", "demo1$AAAA"])
    def test_what_was_not_sealed_raises(self, stored):
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO sheet_paper (number, plain) VALUES (%s, '')", [stored])
        with pytest.raises(Undecryptable):
            Paper.objects.get()

    def test_is_bound_to_its_field_unless_told_otherwise(self):
        Paper.objects.create(number=self.NUMBER)
        raw_number = raw("SELECT number FROM sheet_paper")[0][0]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE sheet_paper SET other = %s", [raw_number])
        assert Paper.objects.get().other == self.NUMBER  # its context names the first field
        with connection.cursor() as cursor:
            cursor.execute("UPDATE sheet_paper SET other = NULL, number = 'demo1$' || substr(number, 8)")
        with pytest.raises(Undecryptable):
            Paper.objects.get()

    @pytest.mark.parametrize("lookup", ["number", "number__contains", "number__in", "number__gt", "number__length"])
    def test_cannot_be_searched(self, lookup):
        with pytest.raises(FieldError, match="blind_index"):
            Paper.objects.filter(**{lookup: self.NUMBER})

    def test_takes_no_plain_expression(self):
        paper = Paper.objects.create(number=self.NUMBER)
        with pytest.raises(FieldError), transaction.atomic():
            Paper.objects.update(number=F("plain"))
        paper.number = models.Value("plain")
        with pytest.raises(FieldError), transaction.atomic():
            paper.save()
        assert Paper.objects.get().number == self.NUMBER

    def test_bulk_update_seals(self):
        papers = Paper.objects.bulk_create([Paper(number="one"), Paper(number="two")])
        for paper in papers:
            paper.number += "!"
        Paper.objects.bulk_update(papers, ["number"])
        assert list(Paper.objects.order_by("pk").values_list("number", flat=True)) == ["one!", "two!"]
        assert all(stored.startswith("demo1$") for (stored,) in raw("SELECT number FROM sheet_paper"))

    def test_threads_share_no_state(self):
        field = Paper._meta.get_field("number")

        def there_and_back(text):
            sealed = field.get_db_prep_value(text, connection)
            Paper(number=text).clean_fields()
            return field.from_db_value(sealed, None, connection)

        texts = [f"number {n}" for n in range(400)]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(there_and_back, texts)) == texts
