"""Which keys of a rulebook the program reads: found in its source by following the types of the rule language.

A name has the rules that its annotation says, or that it was given; an attribute of a rule has those that the language
says. Too much is followed rather than too little: what holds several rules stands for each of them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import BaseModel

from association.rulebook import Rulebook
from association.rulebook.checks.keys import models_in

Models = frozenset[type[BaseModel]]
NONE: Models = frozenset()
PASSED_ON = {"next", "iter", "list", "tuple", "set", "frozenset", "sorted", "reversed", "filter", "max", "min", "zip"}
"""Functions that give back what they were given, as far as rules go."""


def every_model() -> dict[str, type[BaseModel]]:
    """The tables of the language by the name of their class."""
    found: dict[str, type[BaseModel]] = {}

    def walk(model: type[BaseModel]) -> None:
        if model.__name__ not in found:
            found[model.__name__] = model
            for hint in get_type_hints(model, include_extras=True).values():
                for inner in models_in(hint):
                    walk(inner)

    walk(Rulebook)
    return found


class Reads:
    """Fill :attr:`found` from source files: (class of the rule, attribute)."""

    def __init__(self) -> None:
        self.models = every_model()
        self.hints = {model: get_type_hints(model, include_extras=True) for model in self.models.values()}
        self.found: set[tuple[str, str]] = set()
        self.returned: dict[str, Models] = {}
        self.held: dict[str, Models] = {}
        self.inside: dict[tuple[type[BaseModel], str], Models] = {}

    def of(self, files: Iterable[Path]) -> set[tuple[str, str]]:
        trees = [ast.parse(path.read_text("utf-8")) for path in files]
        for tree in trees:
            self._declared(tree)
        for tree in trees:
            known: dict[str, Models] = {}
            for node in tree.body:
                self._visit(node, known)
        return self.found

    def _named(self, annotation: ast.AST | None) -> Models:
        if annotation is None:
            return NONE
        words = re.findall(r"\w+", ast.unparse(annotation))
        return frozenset(self.models[word] for word in words if word in self.models)

    def _declared(self, tree: ast.AST) -> None:
        """What functions return and what fields hold, by their names alone."""
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                self.returned[node.name] = self.returned.get(node.name, NONE) | self._named(node.returns)
            elif isinstance(node, ast.ClassDef):
                for line in node.body:
                    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                        name = line.target.id
                        self.held[name] = self.held.get(name, NONE) | self._named(line.annotation)

    def _body(self, body: Iterable[ast.AST], known: dict[str, Models]) -> None:
        """Twice: what is named below may be read above."""
        body = list(body)
        for _twice in range(2):
            for node in body:
                self._visit(node, known)

    def _visit(self, node: ast.AST, known: dict[str, Models]) -> None:
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            inner = dict(known)
            arguments = node.args
            for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
                inner[one.arg] = self._named(one.annotation)
            body = node.body if isinstance(node.body, list) else [node.body]
            self._body(body, inner)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            value = self._of(node.value, known) if node.value is not None else NONE
            if isinstance(node, ast.AnnAssign):
                value |= self._named(node.annotation)
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                self._bind(target, value, known)
        elif isinstance(node, ast.For):
            self._bind(node.target, self._of(node.iter, known), known)
            for line in [*node.body, *node.orelse]:
                self._visit(line, known)
        elif isinstance(node, ast.expr):
            self._of(node, known)
        else:
            for child in ast.iter_child_nodes(node):
                self._visit(child, known)

    def _bind(self, target: ast.AST, value: Models, known: dict[str, Models]) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                known[node.id] = known.get(node.id, NONE) | value

    def _of(self, node: ast.AST, known: dict[str, Models]) -> Models:
        """The rules that an expression may be or hold; what it reads on the way is found."""
        if isinstance(node, ast.Name):
            return known.get(node.id, NONE)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, known)
        if isinstance(node, ast.Call):
            return self._call(node, known)
        if isinstance(node, ast.NamedExpr | ast.Lambda):
            self._visit(node, known)
            return self._of(node.value, known) if isinstance(node, ast.NamedExpr) else NONE
        if isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
            return self._comprehension(node, known)
        inner = [self._of(child, known) for child in ast.iter_child_nodes(node) if isinstance(child, ast.AST)]
        return frozenset().union(*inner) if not isinstance(node, ast.Compare) else NONE

    def _attribute(self, node: ast.Attribute, known: dict[str, Models]) -> Models:
        given = NONE
        for model in self._of(node.value, known):
            if node.attr in model.model_fields:
                self.found.add((model.__name__, node.attr))
                given |= self._inside(model, node.attr)
        return given or self.held.get(node.attr, NONE)

    def _inside(self, model: type[BaseModel], attribute: str) -> Models:
        key = (model, attribute)
        if key not in self.inside:
            self.inside[key] = frozenset(models_in(self.hints[model][attribute]))
        return self.inside[key]

    def _call(self, node: ast.Call, known: dict[str, Models]) -> Models:
        arguments = [self._of(each, known) for each in [*node.args, *(word.value for word in node.keywords)]]
        if isinstance(node.func, ast.Name):
            given = frozenset().union(*arguments) if node.func.id in PASSED_ON else NONE
            return given | self.returned.get(node.func.id, NONE)
        base = self._of(node.func.value, known) if isinstance(node.func, ast.Attribute) else NONE
        if isinstance(node.func, ast.Attribute):
            called = self.returned.get(node.func.attr, NONE)
            return called or (base if node.func.attr in ("get", "values", "items", "model_copy") else NONE)
        return NONE

    def _comprehension(self, node: Any, known: dict[str, Models]) -> Models:
        inner = dict(known)
        for part in node.generators:
            self._bind(part.target, self._of(part.iter, inner), inner)
            for condition in part.ifs:
                self._of(condition, inner)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        return frozenset().union(*(self._of(part, inner) for part in parts))


def files(root: Path, without: Iterable[str]) -> Iterator[Path]:
    for part in ("association", "members", "fees", "credit", "admissions", "servicepool", "portal"):
        for path in sorted((root / part).rglob("*.py")):
            if not any(name in path.as_posix() for name in without):
                yield path
