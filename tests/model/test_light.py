import subprocess
import sys

LIGHT = ("split", "windows", "memory", "evaluate", "gates", "bill", "shelf")


def test_listing_models_loads_no_torch():
    script = f"""
import sys
from importlib import import_module
for name in {LIGHT!r}:
    import_module("scapa.model." + name)
print(sorted({{"torch", "transformers", "peft", "matplotlib"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
