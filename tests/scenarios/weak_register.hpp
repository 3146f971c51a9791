// A register on one server that is wrong in as many ways as there are judges of what clients saw:
// each way breaks one promise and keeps the next weaker one. Only for tests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/client/register_cluster.hpp"

namespace stampede::tests {

enum class Weakness {
  /// None: it is linearizable.
  none,
  /// Reads see the version before the latest.
  one_behind,
  /// Each client sees the writes in one order, its own at once, others as late as it happens.
  prefixes,
  /// The same, but its own writes as late as those of others.
  late_own_writes,
  /// Reads see any version that there ever was.
  any_version,
  /// Each client sees its own writes alone.
  apart,
  /// Reads see what nobody wrote.
  garbage,
};
STAMPEDE_ENUM(Weakness, none, one_behind, prefixes, late_own_writes, any_version, apart, garbage);

struct WeakOptions {
  Weakness weakness = Weakness::none;
};
STAMPEDE_VALUE(WeakOptions, weakness);

struct WeakServer {
  using Messages = engine::Messages<models::client::Put, models::client::Get>;
  using Sends = engine::Messages<models::client::PutOk, models::client::GetOk>;
  using Timers = engine::Timers<>;

  /// All values, in the order in which they came.
  std::vector<std::string> versions{};
  /// How many of them each client has seen.
  std::map<NodeId, std::uint32_t> seen{};
  std::map<NodeId, std::string> own{};

  void on(const models::client::Put& put, NodeId from, Context& context) {
    versions.push_back(put.value);
    own[from] = put.value;
    if (context.options<WeakOptions>().weakness == Weakness::prefixes) {
      seen[from] = static_cast<std::uint32_t>(versions.size());
    }
    context.send(from, models::client::PutOk{put.request_number});
  }
  void on(const models::client::Get& get, NodeId from, Context& context) {
    context.send(from, models::client::GetOk{get.request_number, read(from, context)});
  }

  std::optional<std::string> read(NodeId from, Context& context) {
    const auto count = static_cast<std::uint32_t>(versions.size());
    switch (context.options<WeakOptions>().weakness) {
      case Weakness::one_behind:
        return version(count > 0 ? count - 1 : 0);
      case Weakness::prefixes:
      case Weakness::late_own_writes:
        seen[from] += context.choose("how many more", count - seen[from] + 1);
        return version(seen[from]);
      case Weakness::any_version:
        return version(context.choose("which", count + 1));
      case Weakness::apart: {
        const auto mine = own.find(from);
        return mine == own.end() ? std::nullopt : std::optional(mine->second);
      }
      case Weakness::garbage:
        return "garbage";
      default:
        return version(count);
    }
  }
  /// The `number`-th version, from 1; before the first there is nothing.
  [[nodiscard]] std::optional<std::string> version(std::uint32_t number) const {
    return number == 0 ? std::nullopt : std::optional(versions.at(number - 1));
  }
};
STAMPEDE_VALUE(WeakServer, versions, seen, own);
static_assert(engine::Process<WeakServer>);

inline void observe(const WeakServer&, NodeId, const engine::Group&,
                    engine::Observation& observation) {
  observation.operational = true;
}

inline const engine::Model& weak_register() {
  static const engine::Model instance = [] {
    engine::Model model;
    model.name = "weak_register";
    model.services = {"register"};
    model.read_options = &engine::read_model_options<WeakOptions>;
    model.assemble = [](const engine::ClusterSpec& spec) {
      return models::client::register_cluster(spec, engine::make_process(WeakServer{}), {},
                                              {.tolerance = engine::Tolerance::any});
    };
    model.claims = [](const engine::ClusterSpec&) {
      engine::Claims claims;
      claims.log = engine::LogClaim::none;
      claims.completes = false;
      return claims;
    };
    model.process_types = {&engine::process_type<WeakServer>(),
                           &engine::process_type<models::client::RegisterClient>()};
    return model;
  }();
  return instance;
}

}  // namespace stampede::tests
