"""Every public name, as a namespace in which the repr of a value is evaluated."""

import datetime

import servingchecklist
from servingchecklist import changes, errors, events, results, rules

NAMES = {
    name: getattr(module, name)
    for module in (results, rules, errors, events, changes, servingchecklist)
    for name in module.__all__
} | {"datetime": datetime}
