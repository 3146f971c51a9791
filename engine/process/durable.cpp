#include "engine/process/durable.hpp"

#include <algorithm>

namespace stampede::engine {
namespace {

/// One member, in no map: its value is the cell.
bool is_simple(const ProcessType& type) {
  return type.durable.size() == 1 && type.durable.front()->keys.empty();
}

const Layer& layer_of(const ProcessType& type, const SavedPart& saved) {
  const auto place =
      std::find_if(type.durable.begin(), type.durable.end(),
                   [&](const Layer* layer) { return layer->members() == saved.part; });
  ASSERT(place != type.durable.end());
  ASSERT((*place)->keys.size() == saved.keys.size());
  return **place;
}

InstancePath path_of(const SavedPart& saved) {
  InstancePath instance;
  std::copy(saved.keys.begin(), saved.keys.end(), instance.keys.begin());
  return instance;
}

/// Calls `visit` for every instance of `layer` that there is.
void for_each_instance(const Layer& layer, void* process,
                       const std::function<void(const InstancePath&)>& visit) {
  if (layer.parent == nullptr) return visit({});
  for_each_instance(*layer.parent, process, [&](const InstancePath& owner) {
    if (!layer.is_map()) return visit(owner);
    InstancePath instance = owner;
    for (const std::uint32_t key : layer.instances(layer.parent->locate_in(process, owner))) {
      instance.keys[layer.keys.size() - 1] = key;
      visit(instance);
    }
  });
}

}  // namespace

Payload save_durable(const ProcessType& type, void* process) {
  ASSERT(!type.durable.empty());
  if (is_simple(type)) {
    const Layer& layer = *type.durable.front();
    return layer.save(layer.locate_in(process, {}));
  }
  SavedParts saved;
  for (const Layer* layer : type.durable) {
    for_each_instance(*layer, process, [&](const InstancePath& instance) {
      const auto* keys = instance.keys.data();
      saved.parts.push_back({layer->members(),
                             {keys, keys + layer->keys.size()},
                             layer->save(layer->locate_in(process, instance))});
    });
  }
  std::sort(saved.parts.begin(), saved.parts.end());
  return Payload::of(std::move(saved));
}

void restore_durable(const ProcessType& type, void* process, const Payload& cell) {
  if (is_simple(type)) {
    const Layer& layer = *type.durable.front();
    return layer.restore(layer.locate_in(process, {}), cell);
  }
  for (const SavedPart& saved : cell.as<SavedParts>().parts) {
    const Layer& layer = layer_of(type, saved);
    layer.restore(layer.locate_in(process, path_of(saved)), saved.cell);
  }
}

Payload rename_cell(const ProcessType& type, const Payload& cell, const Renaming& renaming,
                    const std::function<Payload(const Payload&, const Renaming&)>& rename_payload) {
  if (is_simple(type)) return rename_payload(cell, renaming);
  SavedParts renamed = cell.as<SavedParts>();
  for (SavedPart& saved : renamed.parts) {
    InstancePath instance = path_of(saved);
    rename_keys(instance, layer_of(type, saved).keys, renaming);
    std::copy_n(instance.keys.begin(), saved.keys.size(), saved.keys.begin());
    saved.cell = rename_payload(saved.cell, renaming);
  }
  std::sort(renamed.parts.begin(), renamed.parts.end());
  return Payload::of(std::move(renamed));
}

}  // namespace stampede::engine
