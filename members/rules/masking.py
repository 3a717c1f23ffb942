"""How a person's name is shown where anyone may read it (C-22)."""

from __future__ import annotations

_PAIRS = (
    "欧阳太史上官端木司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良"
    "漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生左丘东门西门第五纳兰完颜"
)
COMPOUND_SURNAMES = frozenset(_PAIRS[i : i + 2] for i in range(0, len(_PAIRS), 2))


def mask_name(name: str) -> str:
    """``张三丰`` → ``张*``, ``欧阳修`` → ``欧阳*``; any other script keeps its first letter.

    One star whatever the length, so that the answer tells no more than the surname. A single character is wholly
    masked.
    """
    name = name.strip()
    if len(name) < 2:
        return "*" if name else ""
    surname = name[:2] if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else name[0]
    return f"{surname}*"
