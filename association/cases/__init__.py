"""The case engine: every procedure with an applicant, documents, steps, deadlines and a decision runs here.

``engine`` moves a case along the steps of its pinned rulebook version, ``deadlines`` keeps its periods,
``documents`` its papers. What a decision changes in the world is an effect that the owning app registers in
``association.ports.effects``.
"""
