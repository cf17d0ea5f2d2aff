import json

import pytest
from made_documents import OTHERS, OWN, document, sentences

torch = pytest.importorskip("torch")


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _denormals():
    """Tuning flushes denormals for its whole process; other tests of this process must not see that."""
    yield
    torch.set_flush_denormal(False)


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    """A Llama of 0.2 M random parameters with a byte-level tokenizer, as `save_pretrained` leaves it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {"<|endoftext|>": 0} | {letter: i + 1 for i, letter in enumerate(alphabet)}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<|endoftext|>", eos_token="<|endoftext|>")
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=48,
        intermediate_size=96,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        bos_token_id=0,
        eos_token_id=0,
        initializer_range=0.2,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    assert "auto_map" not in json.loads((folder / "config.json").read_text())
    return folder


@pytest.fixture(scope="session")
def tiny(tiny_folder):
    from scapa.model.base import prepare_base

    return prepare_base(str(tiny_folder), tiny_folder.parent / "cache")


@pytest.fixture(scope="session")
def corpus():
    """Six documents of mine, six of others in my years, four of others long before."""
    made = []
    for i in range(6):
        made.append(document(f"own-{i}", sentences(OWN, i, 16), "ada", "target", 2000 + i))
        made.append(document(f"other-{i}", sentences(OTHERS, 50 + i, 10), f"b{i}", "context", 2000 + i))
    made += [document(f"old-{i}", sentences(OTHERS + OWN, 90 + i, 10), "c", "context", 1900 + i) for i in range(4)]
    return made
