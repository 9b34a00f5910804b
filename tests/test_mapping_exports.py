"""Lists that known systems write are known by their headers, and by what they hold."""

from benchmarks.header_recognition import sheet
from crmeval.mapping import apply, propose

EVENTS = """
Дата|Автор|Объект|Название|Событие|Значение до|Значение после
03.06.2025 11:42:51|Белова|Сделка|Сделка #501|Изменение этапа продажи|Первичный контакт|Замер
04.06.2025 09:05:00|Громов|Контакт|Сафин Т.|Изменение поля «Телефон»|+7 900 111-22-33|+7 900 111-22-34
06.06.2025 16:30:45|Громов|Сделка|Сделка #501|Изменение этапа продажи|Замер|Успешно реализовано
"""
OPPORTUNITIES = """
id|lead_id|status_label|status_type|value|user_name|date_created|date_won
oppo_1|lead_x|Won|won|900|Ida|2025-02-03|2025-02-20
oppo_2|lead_x|Demo|active|400|Ida|2025-02-24|
oppo_3|lead_y|Lost|lost|1500|Jens|2025-03-02|
"""


def test_of_the_events_of_amocrm_only_changes_of_the_stage_are_steps():
    sheets = [sheet(EVENTS, "events.csv")]
    proposal = propose(sheets)
    assert (proposal.sheets[0].table, proposal.sheets[0].source) == ("stage_events", "amocrm")
    tables = apply(sheets, proposal)
    assert tables.frame(tables["stage_events"])["stage"].tolist() == ["Замер", "Успешно реализовано"]
    assert list(tables.set_aside["reason"]) == ["other_field"]


def test_events_without_changes_of_the_stage_are_no_steps():
    lines = [line for line in EVENTS.strip().splitlines() if "этапа" not in line]
    assert propose([sheet("\n".join(lines), "events.csv")]).sheets[0].table != "stage_events"


def test_opportunities_of_a_customer_that_comes_back_are_deals_by_their_own_ids():
    one = propose([sheet(OPPORTUNITIES, "opportunities.csv")]).sheets[0]
    assert one.table == "deals"
    assert {one.columns["deal_id"]: one.confidence["deal_id"] >= 0.9} == {"id": True}


def test_a_deal_repeated_by_its_products_is_no_history():
    one = propose([sheet(PRODUCTS, "products.csv")]).sheets[0]
    assert one.table == "deals"


PRODUCTS = """
Deal|Stage|Amount|Product|Created|Owner
D-1|Won|100|Mug|2025-01-03|Ida
D-1|Won|200|Bowl|2025-01-03|Ida
D-2|Talks|50|Mug|2025-01-04|Jens
D-3|Lost|70|Mug|2025-01-09|Jens
D-3|Lost|90|Bowl|2025-01-09|Jens
"""
