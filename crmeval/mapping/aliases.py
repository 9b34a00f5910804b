"""The names under which the fields are known, best first; `~` marks names that other things bear too.

Written in the form of `names.normal`. A field is also known by its own name and by its names in the catalogue.
"""

from collections.abc import Mapping
from functools import cache

from crmeval.fields import TABLES
from crmeval.mapping.names import normal
from crmeval.words import LANGUAGES, catalogue

_OWNER = (
    "owner; deal owner; opportunity owner; lead owner; responsible; responsible user; assigned to; assigned by; "
    "sales agent; sales rep; salesperson; sales person; account manager; agent; owner name; owner id; "
    "ответственный; менеджер; ответственный менеджер; ответственный за сделку; продавец; менеджер сделки; "
    "сотрудник; исполнитель; ~manager; ~user; ~пользователь"
)
_CUSTOMER = (
    "customer id; client id; account id; organization id; associated company ids; company id; account name id; "
    "contact id; customer; client; account; account name; organization; associated company; company; "
    "potential customer; customer name; client name; company name; buyer id; user id; contact person; contact name; "
    "id клиента; код клиента; номер клиента; клиент; компания; компания контакта; контрагент; заказчик; "
    "название компании; организация; полное имя контакта; контакт; покупатель; основной контакт; "
    "~contact; ~инн; ~email; ~phone; ~телефон"
)
_TEAM = (
    "team; hubspot team; department; sales team; business unit; branch; owner role; assigned by department; "
    "команда; отдел; подразделение; филиал; департамент"
)
_DEAL_ID = (
    "deal id; opportunity id; opp id; lead id; mql id; record id; case id; opportunity; deal number; do not modify opportunity; "
    "do not modify lead; id сделки; номер сделки; код сделки; id лида; номер лида; номер заявки; id заявки; "
    "~id; ~номер; ~код; ~number; ~no; ~key"
)
_CREATED = (
    "created at; create date; created date; created time; created on; date created; creation date; deal created; "
    "create time; date create; engage date; first contact date; first contact at; lead created; opened at; "
    "open date; opened; start date; hubspot create date; add time; дата создания; дата создания сделки; создана; создано; "
    "создан; дата и время создания; дата первого контакта; первый контакт; дата обращения; дата заявки; "
    "дата поступления; дата начала; ~created; ~date; ~дата; ~begindate"
)
_AMOUNT = (
    "amount; deal amount; deal value; opportunity amount; close value; actual revenue; value; income; budget; sale; opportunity value; "
    "total; total amount; sum; price; revenue; est revenue; amount in company currency; "
    "сумма; сумма сделки; бюджет; бюджет сделки; стоимость; выручка; цена; сумма оплаты; возможная сумма; "
    "~стоимость сделки; ~opportunity"
)
_STAGE = (
    "stage; deal stage; stage name; sales stage; lead status; pipeline phase; status reason; step; activity; "
    "этап; этап сделки; стадия; стадия сделки; стадия заявки; этап воронки; статус сделки; шаг; операция; "
    "~status; ~статус; ~состояние; ~phase; ~event"
)
_MINUTES = "minutes; duration minutes; duration min; duration; call duration; длительность; минуты; минут; продолжительность; длительность мин"
_ANSWERED = (
    "answered at; response date; submitted at; survey date; review date; timestamp; completed at; date submitted; "
    "дата ответа; дата отзыва; дата опроса; отметка времени; дата заполнения; ~date; ~дата; ~created at; ~дата создания"
)

_NAMES: Mapping[str, Mapping[str, str]] = {
    "deals": {
        "deal_id": _DEAL_ID,
        "created_at": _CREATED,
        "closed_at": (
            "closed at; close date; closed date; deal closed on; closed on; actual close date; won time; won date; date closed; "
            "closing date; completed at; дата закрытия; дата закрытия сделки; закрыта; закрыто; дата завершения; "
            "дата сделки; дата продажи; дата оплаты; фактическая дата закрытия; ~end date"
        ),
        "outcome": (
            "outcome; deal status; result; deal outcome; status; state; stage semantic id; is won; итог; исход; результат; результат сделки; "
            "группа стадий; статус; статус сделки; состояние"
        ),
        "stage": _STAGE.replace("; activity", "").replace("; ~event", ""),
        "pipeline": "pipeline; funnel; sales pipeline; category; воронка; воронка продаж; направление; ~category id",
        "amount": _AMOUNT,
        "customer_id": _CUSTOMER,
        "owner": _OWNER,
        "team": _TEAM,
        "source": (
            "source; lead source; origin; channel; source channel; source origin; utm source; campaign source; original source; "
            "источник; источник сделки; источник лида; канал; канал привлечения; рекламный канал"
        ),
        "product": "product; product name; item; товар; продукт; услуга; наименование товара; номенклатура",
    },
    "stage_events": {
        "deal_id": _DEAL_ID + "; case; case concept name; trace id; process id; case key; ~deal; ~сделка; ~заявка",
        "stage": _STAGE + "; activity name; concept name; to stage; new stage; new value; event name; task; новый этап; стало",
        "entered_at": (
            "entered at; date entered; entered; changed at; change date; stage change date; event time; time timestamp; timestamp; "
            "start timestamp; start time; complete timestamp; edit date; created date; created at; moved at; дата входа; дата перехода; "
            "дата изменения стадии; дата изменения; время; дата и время; начало; дата начала; ~date; ~time; ~дата; ~created on; ~start date"
        ),
        "left_at": "left at; date exited; exited; end time; end timestamp; left; finished at; дата выхода; окончание; дата окончания; конец; ~end date",
        "owner": _OWNER + "; resource; org resource; changed by; edited by; кто изменил; изменил; created by id",
        "position": "position; sort order; order; stage order; step number; порядок; сортировка; порядок этапа; номер этапа",
    },
    "activities": {
        "at": (
            "at; activity date; call date; date time; time; started at; due date; call time; date and time; timestamp; дата звонка; "
            "дата и время; дата задачи; время; дата встречи; ~date; ~дата; ~created at; ~дата создания; ~created date; ~created on"
        ),
        "deal_id": _DEAL_ID.split("; ~")[0] + "; deal; related deal; regarding; what id; сделка; ~related to; ~заявка",
        "customer_id": _CUSTOMER,
        "kind": (
            "kind; activity type; type; channel; interaction type; task type; subject type; вид; тип; тип активности; "
            "тип дела; тип задачи; канал; вид контакта"
        ),
        "owner": _OWNER,
        "minutes": _MINUTES,
    },
    "records": {
        "record_id": (
            "record id; rec id; contact id; customer id; account id; company id; lead id; client id; index; row id; id записи; "
            "id контакта; id клиента; код клиента; номер записи; ~id; ~key; ~номер; ~код; ~number; ~no; ~index"
        ),
        "entered_by": (
            "entered by; created by; author; contact owner; company owner; record owner; operator; data entry; ввел; кем введено; "
            "кем создан; кем создана; автор; оператор; кто внес; кто ввел"
        ),
        "entered_at": (
            "entered at; create date; created at; created date; created time; created on; date created; entry date; "
            "дата ввода; дата создания; дата внесения; создан; создано"
        ),
        "source": "record source; lead source; data source; источник; источник данных; ~source",
    },
    "verified": {
        "record_id": (
            "record id; rec id; contact id; customer id; account id; company id; lead id; client id; index; row id; id записи; "
            "id контакта; id клиента; код клиента; номер записи; ~id; ~key; ~номер; ~код; ~number; ~no"
        ),
        "field": "field; field name; column; поле; название поля; реквизит; столбец",
        "entered": "entered; entered value; in crm; crm value; value in crm; в crm; введено; значение в crm",
        "actual": "actual; actual value; true value; correct value; verified value; correct; верно; на самом деле; верное значение; правильное значение; факт",
        "checked_by": "checked by; verified by; checker; reviewer; проверил; кто проверил; кем проверено",
    },
    "orders": {
        "customer_id": _CUSTOMER + "; user; customer no; customer number; contact",
        "ordered_at": (
            "ordered at; order date; purchase date; invoice date; order time; purchased at; transaction date; sale date; payment date; "
            "order purchase timestamp; paid at; дата заказа; дата покупки; дата продажи; дата оплаты; дата чека; дата платежа; "
            "~date; ~дата; ~created at; ~дата создания"
        ),
        "amount": _AMOUNT + "; dollar value; order total; order amount; order value; payment; sales; line total; grand total; сумма заказа; сумма покупки; сумма чека; оплата",
        "order_id": (
            "order id; order number; invoice; invoice no; invoice id; invoice number; transaction id; order no; receipt; номер заказа; "
            "id заказа; заказ; номер чека; номер счета; ~id; ~номер"
        ),
    },
    "contracts": {
        "customer_id": _CUSTOMER,
        "started_at": (
            "started at; contract start; subscription start; start date; signup date; activated at; valid from; contract start date; "
            "subscribed at; дата начала; начало; дата начала договора; дата подписания; дата подключения; начало договора; действует с"
        ),
        "ended_at": (
            "ended at; contract end; subscription end; end date; churn date; canceled at; cancelled at; valid to; contract end date; "
            "expires at; дата окончания; окончание; конец; дата окончания договора; дата расторжения; дата отключения; действует по"
        ),
        "amount": _AMOUNT + "; mrr; arr; monthly fee; fee; contract value; monthly recurring revenue; абонентская плата; сумма договора; платеж в месяц",
    },
    "feedback": {
        "score": (
            "score; nps; nps score; rating; csat; ces; stars; grade; satisfaction; satisfaction score; review score; оценка; балл; рейтинг; "
            "звезды; удовлетворенность; оценка клиента; оценка nps"
        ),
        "text": (
            "text; comment; review; feedback; review text; comments; answer; review body; review comment message; open answer; verbatim; "
            "комментарий; отзыв; текст отзыва; текст; ответ; пожелания; комментарий клиента"
        ),
        "answered_at": _ANSWERED,
        "customer_id": _CUSTOMER,
        "scale": "scale; survey type; metric; question type; шкала; вид опроса; метрика",
    },
    "usability": {
        "respondent": "respondent; evaluator; participant; participant id; respondent id; user; user id; name; респондент; участник; сотрудник; фио; имя; ~id; ~email",
        "role": "role; position; job title; job; group; роль; должность; группа",
        "team": _TEAM,
        "answered_at": _ANSWERED,
    },
    "usage": {
        "user": "user; user name; username; employee; login; full name; owner; user id; пользователь; сотрудник; логин; фио; менеджер; ~name; ~имя",
        "period": "period; month; week; date; year month; период; месяц; неделя; дата",
        "logins": "logins; login count; sessions; sign ins; входы; входов; количество входов; число входов; заходы; сессии",
        "records_created": "records created; created records; created; new records; создано записей; создано; добавлено записей",
        "records_changed": "records changed; updated records; records updated; edits; updated; изменено записей; изменено; обновлено записей; правки",
        "minutes": "minutes; time in system; active minutes; time spent; минуты; минут; время в системе; минут в системе",
    },
    "training": {
        "user": "user; employee; participant; trainee; user name; attendee; full name; сотрудник; пользователь; участник; слушатель; фио; менеджер; ~name; ~имя",
        "trained_at": (
            "trained at; training date; course date; completed at; completion date; attended at; дата обучения; дата тренинга; дата курса; "
            "обучен; ~date; ~дата"
        ),
        "hours": "hours; training hours; duration hours; часы; часов; кол во часов; количество часов; длительность часов",
        "topic": "topic; course; training; course name; training name; subject; тема; курс; тренинг; название курса; тема обучения; программа",
    },
    "costs": {
        "item": "item; cost item; expense; cost; description; cost line; статья; статья затрат; статья расходов; расход; затрата; наименование; ~name; ~название",
        "amount": "amount; cost amount; sum; total; price; сумма; стоимость; цена; затраты",
        "category": "category; cost category; type; kind; категория; вид затрат; тип; вид; группа",
        "period": "period; frequency; billing; recurrence; per; период; периодичность; частота",
        "per_user": "per user; per seat; per license; на пользователя; за пользователя; на одного пользователя",
        "from": "from; start; start date; с; начало; дата начала",
        "to": "to; end; end date; until; по; до; окончание; дата окончания",
    },
    "kpis": {"period": "period; month; week; date; year month; quarter; период; месяц; неделя; дата; квартал"},
}


@cache
def aliases(table: str, field: str) -> tuple[str, ...]:
    """The names of a field, best first, in normal form."""
    listed = _NAMES.get(table, {}).get(field, "")
    said = [normal(str(catalogue(language).get(f"fields.{table}.{field}", ""))) for language in LANGUAGES]
    named = [alias.strip() for alias in listed.split(";")]
    unique = dict.fromkeys(name for name in (normal(field), *named, *said) if name)
    return tuple(unique)


@cache
def table_names(table: str) -> tuple[str, ...]:
    """What a file or sheet with this table may be called, in normal form."""
    said = [normal(str(catalogue(language).get(f"tables.{table}.name", ""))) for language in LANGUAGES]
    return tuple(dict.fromkeys(name for name in (normal(table), table.rstrip("s"), *said) if name))


assert set(_NAMES) <= set(TABLES)  # noqa: S101 - a name for a table that is not there is our own mistake
