"""Ease of use, adoption, training: is the CRM liked, is it used, and does training help?"""

from crmeval.ui.ease_parts import adoption, training, usability
from crmeval.ui.parts import need, page
from crmeval.ui.sections import sections

page("ease")
need("ease", "usability", "usage", "records", "activities", "deals", "training")
sections("ease.sections", {"usability": usability, "adoption": adoption, "training": training})
