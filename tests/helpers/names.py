"""Every public name, as a namespace in which the repr of a value is evaluated."""

import datetime
from decimal import Decimal

import servingchecklist
from servingchecklist import changes, errors, events, evidence, results, rules

NAMES = {
    name: getattr(module, name)
    for module in (evidence, results, rules, errors, events, changes, servingchecklist)
    for name in module.__all__
} | {"datetime": datetime, "Decimal": Decimal}
