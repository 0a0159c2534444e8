"""A small adapter folder that the kit can prove out of its own examples; tests take from it what they are about."""

import json
from copy import deepcopy

ADAPTER = {
    "adapter": 1,
    "name": {"zh": "城市图书馆", "en": "City library"},
    "description": "A small interface in JSON.",
    "settings": {
        "key": {"description": {"zh": "密钥", "en": "The key"}, "secret": True},
        "branch": {"description": {"zh": "分馆", "en": "The branch"}, "one_of": ["north", "south"]},
    },
    "back_ends": {
        "main": {
            "transport": "http",
            "fail": [
                {"when": {"absent": "ok"}, "error": "malformed"},
                {"when": {"from": "why", "equals": "down"}, "error": "unavailable"},
                {"when": {"from": "why", "equals": "nobody"}, "reason": "patron-unknown"},
                {"when": {"from": "why", "equals": "nothing"}, "reason": "item-unknown"},
                {"when": {"from": "why", "equals": "lost"}, "reason": "card-lost"},
            ],
        }
    },
    "sessions": {
        "token": {
            "request": {"post": "/token", "form": {"key": {"setting": "key"}}},
            "reply": {"format": "json", "keep": {"token": {"from": "token", "required": True}}},
            "carry": {"query": {"token": {"kept": "token"}}},
            "example": "examples/token.json",
        }
    },
    "probe": {"request": {"get": "/ping"}, "reply": {"format": "json"}, "example": "examples/ok.json"},
}

MAPS = {
    "lookup-patron": {
        "request": {"get": "/patrons/{card}", "path": {"card": {"from": "patron.id"}}},
        "reply": {"format": "json", "fields": {"patron.name": {"from": "name"}}},
        "examples": [
            {"name": "one", "asked": {"patron.id": "70000001"}, "reply": "examples/patron.json", "expect": "examples/patron.yaml"},
            {"name": "nobody", "asked": {"patron.id": "70000009"}, "reply": "examples/nobody.json", "expect": "examples/nobody.yaml"},
            {"name": "down", "asked": {"patron.id": "70000008"}, "reply": "examples/down.json", "expect": "examples/down.yaml"},
        ],
    },
    "lookup-item": {
        "request": {"get": "/items", "query": {"barcode": {"from": "item.id"}, "at": {"setting": "branch"}}},
        "reply": {"format": "json", "fields": {"item.title": {"from": "title"}}},
        "examples": [
            {"name": "one", "asked": {"item.id": "C1"}, "reply": "examples/item.json", "expect": "examples/item.yaml"},
            {"name": "none", "asked": {"item.id": "C9"}, "reply": "examples/nothing.json", "expect": "examples/nothing.yaml"},
        ],
    },
    "checkout": {
        "steps": {
            "find": {
                "request": {"get": "/items", "query": {"barcode": {"from": "item.id"}, "at": {"setting": "branch"}}},
                "safe": True,
                "reply": {"format": "json", "keep": {"number": {"from": "number", "required": True}}},
            },
            "loan": {
                "request": {"post": "/loans", "json": {"card": {"from": "patron.id"}, "number": {"kept": "number"}}},
                "reply": {"format": "json", "fields": {"due": {"from": "due", "as": [{"date": "%Y-%m-%d"}]}, "item.title": {"from": "title"}}},
            },
        },
        "examples": [
            {
                "name": "lent",
                "asked": {"patron.id": "70000001", "item.id": "C1"},
                "replies": {"find": "examples/item.json", "loan": "examples/loan.json"},
                "expect": "examples/loan.yaml",
            },
            {
                "name": "a lost card",
                "asked": {"patron.id": "70000002", "item.id": "C1"},
                "replies": {"find": "examples/item.json", "loan": "examples/lost.json"},
                "expect": "examples/lost.yaml",
            },
        ],
    },
}  # fmt: skip

FILES = {
    "token.json": {"ok": True, "token": "T-1234567"},
    "ok.json": {"ok": True},
    "patron.json": {"ok": True, "name": "李模拟"},
    "patron.yaml": {"outcome": "done", "fields": {"patron.name": "李模拟"}},
    "nobody.json": {"ok": False, "why": "nobody"},
    "nobody.yaml": {"outcome": "refused", "reason": "patron-unknown"},
    "down.json": {"ok": False, "why": "down"},
    "down.yaml": {"outcome": "error", "error": "unavailable"},
    "item.json": {"ok": True, "number": 17, "title": "模拟红楼梦"},
    "item.yaml": {"outcome": "done", "fields": {"item.title": "模拟红楼梦"}},
    "nothing.json": {"ok": False, "why": "nothing"},
    "nothing.yaml": {"outcome": "refused", "reason": "item-unknown"},
    "loan.json": {"ok": True, "due": "2026-12-20", "title": "模拟红楼梦"},
    "loan.yaml": {"outcome": "done", "fields": {"due": "2026-12-20", "item.title": "模拟红楼梦"}},
    "lost.json": {"ok": False, "why": "lost"},
    "lost.yaml": {"outcome": "refused", "reason": "card-lost"},
}


class CityFolder:
    """The files, to be changed before they are written."""

    def __init__(self):
        self.adapter = deepcopy(ADAPTER)
        self.maps = deepcopy(MAPS)
        self.files = deepcopy(FILES)

    def written(self, folder):
        """The folder; JSON is YAML too."""
        (folder / "examples").mkdir(parents=True)
        (folder / "adapter.yaml").write_text(json.dumps(self.adapter, ensure_ascii=False), encoding="utf-8")
        for operation, table in self.maps.items():
            text = json.dumps({"map": 1, "operation": operation, **table}, ensure_ascii=False)
            (folder / f"{operation}.yaml").write_text(text, encoding="utf-8")
        for name, content in self.files.items():
            (folder / "examples" / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return folder
