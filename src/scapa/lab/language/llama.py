"""The same weights as transformers' `LlamaForCausalLM`, and back.

There, to hold the network to an independent one; back, because a pretrained base of that kind writes twice as fast
with the lab's static cache as with `generate`.
"""

from __future__ import annotations

from typing import Any

from scapa.lab.language.network import Model, Shape
from scapa.model.parts import part, torch


def as_llama(shape: Shape, model: Model, positions: int) -> Any:
    """Return `model` as a transformers network in float32 that takes up to `positions` tokens."""
    hub = part("transformers")
    config = hub.LlamaConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.width,
        intermediate_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.groups,
        max_position_embeddings=positions,
        rms_norm_eps=shape.epsilon,
        rope_parameters={"rope_type": "default", "rope_theta": shape.theta},
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=None,
    )
    network = hub.LlamaForCausalLM(config).eval()
    weights = {"model.embed_tokens.weight": model["embedding"], "model.norm.weight": model["norm"]}
    for i in range(shape.layers):
        weights |= {f"model.layers.{i}.{name}.weight": weight for name, weight in _layer(shape, model, i).items()}
    network.load_state_dict(weights | {"lm_head.weight": model["embedding"]})
    return network


def of_llama(network: Any) -> tuple[Shape, Model] | None:
    """Return the weights of a transformers network in float32, or None for one that the lab's cannot stand for.

    It can for `LlamaForCausalLM` with tied embeddings, no biases and plain rotary positions.
    """
    config, weights = network.config, {name: w.detach().float() for name, w in network.named_parameters()}
    if type(network).__name__ != "LlamaForCausalLM" or not config.tie_word_embeddings or not _plain(config, weights):
        return None
    shape = Shape(
        config.vocab_size,
        config.hidden_size,
        config.num_hidden_layers,
        config.num_attention_heads,
        config.intermediate_size,
        config.num_key_value_heads,
        float(config.rope_parameters["rope_theta"]),
        config.rms_norm_eps,
    )
    model = {"embedding": weights["model.embed_tokens.weight"], "norm": weights["model.norm.weight"]}
    for i in range(shape.layers):
        model |= {f"{i}.{name}": w for name, w in _back(weights, f"model.layers.{i}.").items()}
    return shape, model


def _plain(config: Any, weights: Model) -> bool:
    rotary = config.rope_parameters
    even = config.hidden_size == config.num_attention_heads * getattr(config, "head_dim", 0)
    return rotary["rope_type"] == "default" and even and not any(name.endswith("bias") for name in weights)


def _back(weights: Model, at: str) -> Model:
    attention = [weights[f"{at}self_attn.{name}_proj.weight"] for name in ("q", "k", "v")]
    return {
        "attention_norm": weights[f"{at}input_layernorm.weight"],
        "qkv": torch.cat(attention),
        "out": weights[f"{at}self_attn.o_proj.weight"],
        "mlp_norm": weights[f"{at}post_attention_layernorm.weight"],
        "gate_up": torch.cat([weights[f"{at}mlp.{name}_proj.weight"] for name in ("gate", "up")]),
        "down": weights[f"{at}mlp.down_proj.weight"],
    }


def _layer(shape: Shape, model: Model, i: int) -> Model:
    keys = shape.groups * shape.head
    queries, key, value = torch.split(model[f"{i}.qkv"], [shape.heads * shape.head, keys, keys])
    gate, up = model[f"{i}.gate_up"].chunk(2)
    return {
        "input_layernorm": model[f"{i}.attention_norm"],
        "self_attn.q_proj": queries,
        "self_attn.k_proj": key,
        "self_attn.v_proj": value,
        "self_attn.o_proj": model[f"{i}.out"],
        "post_attention_layernorm": model[f"{i}.mlp_norm"],
        "mlp.gate_proj": gate,
        "mlp.up_proj": up,
        "mlp.down_proj": model[f"{i}.down"],
    }
