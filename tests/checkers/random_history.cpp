#include "tests/checkers/random_history.hpp"

#include <deque>

#include "models/service/services.hpp"

namespace stampede::tests {
namespace {

/// Draws numbered by their order.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : seed_(seed) {}
  std::uint32_t below(std::uint64_t bound) {
    return static_cast<std::uint32_t>(
        engine::below(engine::draw(seed_, engine::Domain::test, next_++), bound));
  }
  bool percent(std::uint32_t chance) { return below(100) < chance; }

 private:
  std::uint64_t seed_;
  std::uint64_t next_ = 0;
};

/// A client's operation: invoked, then effective, then responded to.
struct InFlight {
  OperationId id{};
  engine::Operation operation;
  engine::Result result;
  enum class Stage { idle, invoked, effective } stage = Stage::idle;
};

class HistoryGenerator {
 public:
  HistoryGenerator(const engine::ServiceType& type, const HistoryShape& shape, std::uint64_t seed)
      : type_(type), shape_(shape), chance_(seed), clients_(shape.clients) {
    states_.push_back(type.initial);
    for (std::uint32_t client = 0; client < shape.clients; ++client) {
      clients_[client].id.client.value = next_client_++;
    }
  }

  engine::History run() {
    std::uint32_t busy = 0;
    while (invoked_ < shape_.operations || busy > 0) {
      InFlight& client = clients_[chance_.below(clients_.size())];
      if (client.stage == InFlight::Stage::idle) {
        if (invoked_ == shape_.operations) continue;
        invoke(client);
        ++busy;
      } else if (client.stage == InFlight::Stage::invoked) {
        take_effect(client);
        if (client.stage == InFlight::Stage::idle) --busy;
      } else {
        history_.respond(client.id, client.result, 0, {});
        client.stage = InFlight::Stage::idle;
        --busy;
      }
    }
    return std::move(history_);
  }

 private:
  void invoke(InFlight& client) {
    engine::OperationTemplate request;
    request.key = "k" + std::to_string(chance_.below(shape_.keys));
    request.unique_value = value();
    request.earlier_value = value();
    if (type_.keys != nullptr) {
      for (std::uint64_t more = chance_.below(3); more > 0; --more)
        request.more_keys.push_back("k" + std::to_string(chance_.below(shape_.keys)));
    }
    // The first kind of every service is its read; without many of these little is observed.
    const std::size_t kind_number = chance_.percent(40) ? 0 : chance_.below(type_.kinds.size());
    const std::string& kind = type_.kinds[kind_number];
    client.operation = type_.generate(kind, request);
    ++client.id.number;
    history_.invoke(client.id, client.operation, 0, {});
    ++invoked_;
    client.stage = InFlight::Stage::invoked;
  }

  std::string value() {
    return "v" + std::to_string(shape_.values == 0 ? next_value_++ : chance_.below(shape_.values));
  }

  void take_effect(InFlight& client) {
    const bool open = chance_.percent(shape_.open_percent);
    auto [state, result] = type_.apply(states_.back(), client.operation);
    if (chance_.percent(shape_.stale_percent)) {
      const engine::Payload& earlier = states_[chance_.below(states_.size())];
      result = type_.apply(earlier, client.operation).second;
    }
    const bool lost = open ? chance_.percent(50) : chance_.percent(shape_.lost_percent);
    if (!lost) states_.push_back(state);
    if (states_.size() > states_max) states_.pop_front();
    client.result = result;
    client.stage = InFlight::Stage::effective;
    if (!open) return;
    client.id = {ClientId{next_client_++}, 0};
    client.stage = InFlight::Stage::idle;
  }

  const engine::ServiceType& type_;
  const HistoryShape& shape_;
  Chance chance_;
  std::vector<InFlight> clients_;
  static constexpr std::size_t states_max = 64;
  std::deque<engine::Payload> states_;
  engine::History history_;
  std::uint32_t next_client_ = 0;
  std::uint32_t next_value_ = 0;
  std::uint32_t invoked_ = 0;
};

}  // namespace

const engine::ServiceType& service(std::string_view name) {
  return *models::service::find_service(name);
}

engine::History random_history(const engine::ServiceType& type, const HistoryShape& shape,
                               std::uint64_t seed) {
  return HistoryGenerator(type, shape, seed).run();
}

std::size_t HistoryWriter::invoke(std::uint32_t client, const std::string& operation) {
  if (next_number_.size() <= client) next_number_.resize(client + 1, 1);
  const engine::Document document = engine::parse_json(operation, "operation");
  history_.invoke({ClientId{client}, next_number_[client]++}, type_->parse(document), 0, {});
  return history_.operations().size() - 1;
}

void HistoryWriter::respond(std::size_t position, engine::Result result) {
  history_.respond(history_.operations()[position].id, std::move(result), 0, {});
}

std::size_t HistoryWriter::complete(std::uint32_t client, const std::string& operation,
                                    engine::Result result) {
  const std::size_t position = invoke(client, operation);
  respond(position, std::move(result));
  return position;
}

}  // namespace stampede::tests
