// A store with transactions on one server that does not isolate them: each way to be wrong breaks
// some levels of isolation and keeps weaker ones. Only for tests.
#pragma once

#include <optional>
#include <vector>

#include "models/client/client.hpp"
#include "models/client/cluster.hpp"
#include "models/service/transactions.hpp"

namespace stampede::tests {

enum class Leak {
  /// None: it is strictly serializable.
  none,
  /// The second half of a transaction is done only when the next one has done its first half.
  halves,
  /// Transactions that only read see the store as it was some time ago.
  old_snapshots,
  /// All transactions do; what they write is written all the same.
  old_reads,
};
STAMPEDE_ENUM(Leak, none, halves, old_snapshots, old_reads);

struct LeakOptions {
  Leak leak = Leak::none;
};
STAMPEDE_VALUE(LeakOptions, leak);

/// Steps that were promised, not yet done.
struct SecondHalf {
  std::vector<models::service::transactions::Step> steps{};
};
STAMPEDE_VALUE(SecondHalf, steps);

struct LeakyServer {
  using Messages = engine::Messages<models::client::Request>;
  using Sends = engine::Messages<models::client::Reply>;
  using Timers = engine::Timers<>;

  using Store = models::service::Transactions;
  using Transaction = models::service::TransactionsOperation;
  using Results = models::service::TransactionsResult;

  Store store{};
  /// As it was before each transaction.
  std::vector<Store> past{};
  SecondHalf second_half{};

  void on(const models::client::Request& request, NodeId from, Context& context) {
    const auto& transaction = request.operation.as<Transaction>();
    past.push_back(store);
    Results results;
    switch (context.options<LeakOptions>().leak) {
      case Leak::halves:
        results = do_half(transaction);
        break;
      case Leak::old_snapshots:
        results = Store::is_pure(transaction, {}) ? read_at(transaction, context)
                                                  : store.apply(transaction);
        break;
      case Leak::old_reads:
        results = read_at(transaction, context);
        store.apply(transaction);
        break;
      default:
        results = store.apply(transaction);
    }
    context.send(from, models::client::Reply{0, request.id, request.request_number,
                                             engine::Result::of(std::move(results))});
  }

  Results do_half(const Transaction& transaction) {
    const std::size_t half = (transaction.steps.size() + 1) / 2;
    const auto middle = transaction.steps.begin() + static_cast<std::ptrdiff_t>(half);
    Results results = store.apply({{transaction.steps.begin(), middle}});
    store.apply({second_half.steps});
    second_half.steps.assign(middle, transaction.steps.end());
    // What it will see is what it would see now.
    Store then = store;
    for (auto& result : then.apply({second_half.steps}).results) results.results.push_back(result);
    return results;
  }

  Results read_at(const Transaction& transaction, Context& context) {
    const auto count = static_cast<std::uint32_t>(past.size());
    const std::uint32_t back = std::min(count - 1, context.choose("how long ago", 3));
    Store then = past[count - 1 - back];
    return then.apply(transaction);
  }
};
STAMPEDE_VALUE(LeakyServer, store, past, second_half);
static_assert(engine::Process<LeakyServer>);

inline void observe(const LeakyServer&, NodeId, const engine::Group&,
                    engine::Observation& observation) {
  observation.operational = true;
}

inline const engine::Model& leaky_store() {
  static const engine::Model instance = [] {
    engine::Model model;
    model.name = "leaky_store";
    model.read_options = &engine::read_model_options<LeakOptions>;
    model.assemble = [](const engine::ClusterSpec& spec) {
      engine::Assembly assembly;
      models::client::add_replicas(assembly, spec, engine::make_process(LeakyServer{}),
                                   {.tolerance = engine::Tolerance::any});
      models::client::add_clients(assembly, spec);
      return assembly;
    };
    model.claims = [](const engine::ClusterSpec&) {
      engine::Claims claims;
      claims.log = engine::LogClaim::none;
      claims.completes = false;
      return claims;
    };
    model.reaches(models::client::client_probes());
    model.process_types = {&engine::process_type<LeakyServer>(),
                           &engine::process_type<models::client::Client>()};
    return model;
  }();
  return instance;
}

}  // namespace stampede::tests
