// What a protocol offers to the rest of the house: options, defects, properties, and how its nodes
// are put together.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/document.hpp"
#include "engine/core/renaming.hpp"
#include "engine/world/assembly.hpp"
#include "engine/world/claims.hpp"
#include "engine/world/collection.hpp"
#include "engine/world/property.hpp"

namespace stampede::engine {

/// One option of a model, for lists, errors and the schema.
struct OptionInfo {
  /// order: a list of replicas, each once; written as docs/scenarios.md says, read as node ids.
  enum class Kind { boolean, integer, duration, name, order, text };
  std::string name;
  Kind kind = Kind::text;
  /// For names: what is allowed.
  std::vector<std::string> values;
  /// As written in YAML.
  std::string default_text;
};

/// A named assignment of options that deviates from a correct protocol.
struct Defect {
  std::string name;
  /// What it does, in a sentence.
  std::string about;
  /// Where it was published.
  std::string citation;
  /// The first property it breaks.
  std::string breaks;
  std::vector<std::pair<std::string, std::string>> assignments;
};

/// A group that a model has besides its main one, and how large it may be.
struct GroupOffer {
  std::string name;
  /// What it does, in a few words.
  std::string about;
  std::uint32_t members = 1;
  std::uint32_t members_min = 1;
  std::uint32_t members_max = 1;
  /// What is promised of the logs that its nodes show.
  LogClaim log = LogClaim::none;
  /// Clients turn to it: what they were answered is in its logs.
  bool answers_clients = false;
};

/// What a scenario asks a model to build.
struct ClusterSpec {
  /// Members of the main group.
  std::uint32_t replicas = 3;
  /// Nodes that may become members of the main group while a run goes on.
  std::uint32_t spares = 0;
  /// Members of each further group that the model offers.
  std::map<std::string, std::uint32_t> groups;
  std::uint32_t clients = 1;
  /// Nodes that are not correct, by name, and what they do.
  std::map<std::string, Behaviour> faulty{};
  const ServiceType* service = nullptr;
  Payload options;
  /// Resend interval of the clients.
  Duration client_timeout = milliseconds(200);
  bool open_loop = false;

  /// Of a further group; 0 where nobody asks for it.
  [[nodiscard]] std::uint32_t members_of(const std::string& group) const {
    const auto found = groups.find(group);
    return found == groups.end() ? 0 : found->second;
  }
};

/// A message and its receiver, for Exploration::dead.
struct DeadQuery {
  NodeId receiver{};
  const LocalState& local;
  NodeId from{};
  const Payload& message;
  /// The group of the receiver's process.
  const Group& group;
  /// Of the receiver.
  const Payload& options;
  /// Some node may still crash in this schedule.
  bool may_crash = false;
  /// False for timers without a budget.
  const std::function<bool(const NamedType&)>& keeps_timer;

  /// A timer of this type may fire at the receiver, in whichever part of its process.
  template <class T>
  [[nodiscard]] bool may_fire() const {
    const std::vector<const NamedType*>& timers = local.process.type().timer_types;
    return std::any_of(timers.begin(), timers.end(), [&](const NamedType* type) {
      return type->payload == &payload_type<T>() && keeps_timer(*type);
    });
  }
};

/// What a model tells exploration about itself, so that fewer worlds need a look. Everything here
/// is an argument that docs/exploring.md asks for and `explore --check-reductions` tests.
struct Exploration {
  /// True if the receiver will ignore the message for ever, whatever happens from here on.
  bool (*dead)(const DeadQuery&) = nullptr;
  /// Resets what no later rule reads.
  void (*normalise)(NodeId self, ProcessValue&, const Group&, const Payload& options) = nullptr;
  /// Groups whose nodes the protocol and its properties do not tell apart, and how a process and a
  /// message, timer or durable cell is renamed (`renames_process`, `renames_payload`).
  std::vector<std::string> interchangeable{};
  void (*rename_process)(ProcessValue&, const Renaming&) = nullptr;
  Payload (*rename_payload)(const Payload&, const Renaming&) = nullptr;
};

/// Exploration::rename_process for these process types.
template <class... P>
void renames_process(ProcessValue& process, const Renaming& renaming) {
  const bool known = ((process.type().key == payload_type<P>().key
                           ? (rename_ids(*static_cast<P*>(process.get()), renaming), true)
                           : false) ||
                      ...);
  ASSERT(known);
}

/// Exploration::rename_payload for these types of messages, timers and cells.
template <class... T>
Payload renames_payload(const Payload& payload, const Renaming& renaming) {
  Payload renamed;
  const auto as = [&]<class U>(const U* content) {
    if (content == nullptr) return false;
    U copy = *content;
    rename_ids(copy, renaming);
    renamed = Payload::of(std::move(copy));
    return true;
  };
  const bool known = (as(payload.get<T>()) || ...);
  ASSERT(known);
  return renamed;
}

struct Model {
  std::string name;
  std::string about;
  std::vector<OptionInfo> options;
  std::vector<Defect> defects;
  std::uint32_t replicas_min = 1;
  std::uint32_t replicas_max = 63;
  /// Its clients may ask for other members (Reconfigure): spare nodes make sense.
  bool reconfigures = false;
  /// Groups of servers besides the main one, in the order of the assembly.
  std::vector<GroupOffer> further_groups;
  /// The protocol answers clients through a service (kv, register...).
  bool uses_service = true;
  /// The services it can offer, its usual one first; empty = any, kv usually.
  std::vector<std::string> services;
  /// What it promises under these options, and what it asks for that; its README says why not more.
  /// nullptr = the default claims.
  Claims (*claims)(const ClusterSpec&) = nullptr;
  /// Options given in `document` (may be nullptr) over the defaults, defects' assignments over
  /// both. InputError with place.
  Payload (*read_options)(const Document* document,
                          const std::vector<const Defect*>& defects) = nullptr;
  /// All nodes, correct ones: see assembled().
  Assembly (*assemble)(const ClusterSpec&) = nullptr;
  /// The protocol's own properties that apply under these options.
  std::vector<Property> (*properties)(const ClusterSpec&) = nullptr;
  /// What its handlers and those of its parts and clients reach. Another one is a violation of
  /// `no-exception`.
  std::vector<std::string> probes;
  /// What grows at its nodes, besides the logs that they show: what a scenario may bound.
  std::vector<Collection> collections;
  /// What a node that lies may say: `&engine::forges<Prepare, Commit>`. nullptr = it cannot be told
  /// to equivocate.
  Forge forge = nullptr;
  Exploration exploration;
  /// All message and timer types, for scripts and the schema.
  std::vector<const ProcessType*> process_types;

  /// Adds the probes of a part, or of clients, that are not there yet.
  void reaches(const std::vector<std::string>& more) {
    for (const std::string& probe : more) {
      if (std::find(probes.begin(), probes.end(), probe) == probes.end()) probes.push_back(probe);
    }
  }
  [[nodiscard]] Claims claimed(const ClusterSpec& cluster) const {
    return claims == nullptr ? Claims{} : claims(cluster);
  }
  /// The nodes that are asked for, faulty ones included.
  [[nodiscard]] Assembly assembled(const ClusterSpec& cluster) const {
    Assembly assembly = assemble(cluster);
    for (const auto& [node, behaviour] : cluster.faulty)
      make_faulty(assembly, node, behaviour, forge);
    assembly.probes = &probes;
    return assembly;
  }
};

/// The options of a described struct, with defaults. Those of a part are named as they are written:
/// `detector.timeout`.
template <class Options>
std::vector<OptionInfo> describe_options(const std::string& path = {}) {
  std::vector<OptionInfo> infos;
  const Options defaults{};
  for_each_shown(defaults, [&](const char* name, const auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    if constexpr (Described<T>) {
      for (OptionInfo& info : describe_options<T>(path + name + "."))
        infos.push_back(std::move(info));
      return;
    }
    OptionInfo info;
    info.name = path + name;
    std::string text = to_json(value);
    if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
    info.default_text = text;
    if constexpr (std::is_same_v<T, bool>) {
      info.kind = OptionInfo::Kind::boolean;
    } else if constexpr (DescribedEnum<T>) {
      info.kind = OptionInfo::Kind::name;
      info.values = enumerator_names<T>();
    } else if constexpr (std::is_integral_v<T>) {
      info.kind = OptionInfo::Kind::integer;
    } else if constexpr (std::is_same_v<T, Duration>) {
      info.kind = OptionInfo::Kind::duration;
    } else if constexpr (std::is_same_v<T, std::vector<NodeId>>) {
      info.kind = OptionInfo::Kind::order;
      info.default_text = "listed";
    }
    infos.push_back(std::move(info));
  });
  return infos;
}

/// Model::read_options for a described struct.
template <class Options>
Payload read_model_options(const Document* document, const std::vector<const Defect*>& defects) {
  Options options{};
  if (document != nullptr) read(*document, options);
  for (const Defect* defect : defects) {
    Document assignments;
    assignments.kind = Document::Kind::mapping;
    assignments.file = std::make_shared<const std::string>("defect '" + defect->name + "'");
    for (const auto& [name, text] : defect->assignments) {
      Document value;
      value.kind = Document::Kind::scalar;
      value.text = text;
      value.file = assignments.file;
      assignments.entries.push_back({name, 0, 0, std::move(value)});
    }
    read(assignments, options);
  }
  return Payload::of(std::move(options));
}

}  // namespace stampede::engine
