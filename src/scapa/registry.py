"""Parts by name: one registry a kind of part, filled by decorators here and by entry points elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

from scapa.errors import ScapaError, UnknownName
from scapa.records import Recipe

P = TypeVar("P")


class Registry(Generic[P]):
    """Classes of one kind by their `name`; making a part returns the part and the `Recipe` that made it.

    The modules of `package` register themselves when first asked for; third parties come in through the entry
    point group `package`. A plugin that fails to load is an error, never a warning.
    """

    def __init__(self, package: str) -> None:
        self.package = package
        self._classes: dict[str, type[P]] = {}
        self._loaded = False

    def register(self, cls: type[P]) -> type[P]:
        """Class decorator: file the class under its `name`."""
        name = getattr(cls, "name", "")
        if not name or name in self._classes:
            raise ScapaError(f"{cls.__qualname__} needs a name that no other {self.package} part has, not {name!r}")
        self._classes[name] = cls
        return cls

    def names(self) -> list[str]:
        self._load()
        return sorted(self._classes)

    def __iter__(self) -> Iterator[type[P]]:
        self._load()
        return iter(self._classes[name] for name in self.names())

    def get(self, name: str) -> type[P]:
        self._load()
        try:
            return self._classes[name]
        except KeyError:
            raise UnknownName(
                f"no part called {name!r}", where=self.package, next=f"there are: {', '.join(self.names())}"
            ) from None

    def make(self, name: str, **settings: Any) -> tuple[P, Recipe]:
        """Return the part and the recipe (name, version, settings as text) that goes into every artefact it makes."""
        cls = self.get(name)
        version = int(getattr(cls, "version", 1))
        return cls(**settings), Recipe(name, version, tuple(sorted((k, str(v)) for k, v in settings.items())))

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        package = import_module(self.package)
        for module in iter_modules(package.__path__):
            import_module(f"{self.package}.{module.name}")
        for point in entry_points(group=self.package):
            _load_plugin(point.name, point.load)


def _load_plugin(name: str, load: Callable[[], Any]) -> None:
    try:
        load()
    except Exception as error:
        raise ScapaError(f"the plugin {name!r} does not load: {error!r}", next="mend it or uninstall it") from error
