"""What every app counts with: days, money, identifiers. Pure: no Django, no clock."""
