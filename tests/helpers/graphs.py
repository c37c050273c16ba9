"""What tasks wait for, by nothing but the direct prerequisites of each."""


def all_before(checklist, task):
    """Return the ids of all tasks that have to be closed before a task."""
    found, ahead = set(), [task]
    while ahead:
        new = {one.id for one in checklist.waits_for(ahead.pop())} - found
        found |= new
        ahead += new
    return found
