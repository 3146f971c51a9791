// Timed simulation: one world driven by an event queue in virtual time, with a network, client
// pacing and a fault injector.
//
// The simulation only ever advances the world by decisions; a recorded list of them replays without
// it. It can be run to its end, or by single decisions, between which somebody decides by hand.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/simulate/event_queue.hpp"
#include "engine/simulate/network.hpp"
#include "engine/world/world.hpp"

namespace stampede::engine {

class Simulation;

/// Faults, as the simulation sees them. Implemented by the folder faults.
class FaultInjector {
 public:
  virtual ~FaultInjector() = default;
  virtual void start(Simulation& simulation) = 0;
  /// A wake-up asked for with Simulation::wake_injector.
  virtual void wake(Simulation& simulation, std::uint32_t token) = 0;
  /// After each decision, only while `watches()`.
  virtual void decided(Simulation& simulation, const MessageSeen* delivered) = 0;
  [[nodiscard]] virtual bool watches() const = 0;
  /// The liveness rule begins: end everything, heal, and do nothing more.
  virtual void stop(Simulation& simulation) = 0;
};

/// How clients are paced. Operations are numbered from 1 in each client's plan.
struct ClientSettings {
  /// The operation at this position of the client's plan; nothing after the last.
  std::function<std::optional<Operation>(std::uint32_t client, std::uint32_t number)> plan;
  /// Closed loop: waits this long (exponential mean) between a response and the next operation.
  /// Open loop: mean time between beginnings.
  Duration think_time = milliseconds(1);
  bool open_loop = false;
  /// An operation open for so long is left open and the client goes on under a new id; 0 = never.
  Duration give_up{};
  /// Changes of members that some client asks for, each at this time or when a client is next free.
  std::vector<std::pair<Time, Reconfigure>> reconfigurations;
};

struct SimulationSettings {
  std::uint64_t seed = 0;
  NetworkSettings network;
  ClientSettings clients;
  Latency save_latency{Latency::Kind::exponential, microseconds(50), microseconds(200), {}};
  /// Normal end of the run.
  Duration virtual_time = seconds(60);
  std::uint64_t decisions_max = 50'000'000;
  /// Asked every `decisions_between_asking` decisions; anything but the empty text ends the run for
  /// that reason. What it says may depend on the machine: it is no result.
  std::function<std::string()> stop;
  struct Liveness {
    Time faults_stop{};
    Duration within{};
    /// The run goes on for so long after it has come to rest.
    Duration quiet{};
  };
  std::optional<Liveness> liveness;
  /// What a group's members must be before the run is at rest.
  struct Convergence {
    /// What it is called when they are not.
    std::string property;
    /// What is still missing, or nothing. Asked at rest only.
    std::function<std::optional<std::string>(const World&)> missing;
  };
  std::vector<Convergence> convergence;
  /// What must stay as it is while all is quiet.
  struct Stability {
    std::string property;
    /// In words. Asked when all has come to rest, and after each decision from there on.
    std::function<std::string(const World&)> shown;
  };
  std::vector<Stability> stability;
  bool stop_on_first = false;
  /// Another way on: what is drawn behind this step, is drawn under this seed.
  struct Redraw {
    std::uint64_t step = 0;
    std::uint64_t seed = 0;
  };
  std::optional<Redraw> redraw;
};

enum class EndReason { finished, virtual_time, decision_limit, queue_limit, broken, stopped, told };
STAMPEDE_ENUM(EndReason, finished, virtual_time, decision_limit, queue_limit, broken, stopped,
              told);

class Simulation {
 public:
  /// `injector` may be nullptr; it must outlive the simulation. A world that has been started by
  /// somebody else is taken over as it is: what is in flight is sent anew, timers keep their
  /// deadlines, clients wait for what they have open before they begin their plans.
  Simulation(World& world, const SimulationSettings& settings, FaultInjector* injector);

  /// Runs to the end. Liveness violations are reported to the world.
  EndReason run();

  // ----- by single decisions, instead of run() -----
  /// Once, before the others of these.
  void start();
  /// Makes the next decision, and those that belong to it: the copy of a message, what a fault
  /// does. The reason if there is none.
  std::optional<EndReason> next();
  /// A decision made by somebody else, now. False, and nothing changes, if it is not enabled. An
  /// operation gets the next number of its client, whatever its id says.
  bool decide(Decision decision);
  /// When the message arrives, if it is on its way and neither held nor waiting for a paused node.
  [[nodiscard]] std::optional<Time> arrival(MessageSlot slot) { return queue_.arrival(slot); }
  /// The message does not arrive until it is released, from where it arrives at once.
  void hold(MessageSlot slot) { forget(slot); }
  void release(MessageSlot slot) { queue_.push_message(now(), slot); }

  /// What `stop` said, where the run was told to end.
  [[nodiscard]] const std::string& told() const { return told_; }
  static constexpr std::uint64_t decisions_between_asking = 64;

  // ----- for the injector -----
  World& world() { return world_; }
  Network& network() { return network_; }
  [[nodiscard]] std::uint64_t seed() const { return settings_.seed; }
  [[nodiscard]] Time now() const { return world_.now(); }
  void wake_injector(Time at, std::uint32_t token);
  /// Crashes a running node: timers, unsaved state and paused deliveries are gone.
  bool crash(NodeId node, const DiskOutcome& outcome);
  bool restart(NodeId node);
  bool pause(NodeId node);
  bool resume(NodeId node);
  /// Sends held messages on their way, in the order in which they were due.
  void release_held();

 private:
  struct Client {
    NodeId node{};
    std::uint32_t index = 0;
    std::uint32_t generation = 0;
    std::uint32_t next_number = 1;
    /// The operation waited for; number 0 = none.
    OperationId pending{};
    bool scheduled = false;
    bool done = false;
    std::uint32_t open = 0;
    /// Operations so far that were not out of its plan.
    std::uint32_t unplanned = 0;
  };

  /// Sets the lists of what is new to all that is there.
  void take_over();
  /// What a client has begun so far, and whether it is answered.
  void take_over(Client& client) const;
  /// The next entry of the queue, or the end of the phase. The reason if the run ends with it.
  std::optional<EndReason> take_due();
  /// What is to happen to a message when it arrives does not.
  void forget(MessageSlot slot);
  bool decide_message(const Decision& decision);
  bool decide_begin(const Decision& decision);
  void handle(const TimedEvent& event);
  void arrive(MessageSlot slot);
  /// Lets the injector look at the decision, then schedules what came of both.
  void collect(const MessageSeen* delivered);
  void schedule_news();
  void schedule_message(MessageSlot slot);
  void schedule_disks();
  void schedule_timer(NodeId node, std::uint32_t slot);
  void fire(const TimedEvent& event);
  void schedule_client(Client& client, Duration after);
  void begin(Client& client);
  void invoke(Client& client, Operation operation, std::optional<NodeId> to = {});
  /// Asks for changes of members that are due, as long as a client is free.
  void reconfigure();
  void client_answered(NodeId node, OperationId id);
  [[nodiscard]] bool workload_done() const;
  void check_rest();
  void come_to_rest();
  void look_at_stability();
  void stop_faults();
  void report_stall();
  /// The end at this many decisions, if it is one, or nothing and how many to ask after again.
  std::optional<EndReason> end_by_limit(std::uint64_t& ask_at);
  void redraw(std::uint64_t seed);

  World& world_;
  SimulationSettings settings_;
  Network network_;
  FaultInjector* injector_;
  EventQueue queue_;
  std::vector<Client> clients_;
  std::vector<std::uint32_t> client_of_node_;     // node -> position in clients_ + 1
  std::vector<std::vector<MessageSlot>> parked_;  // by node: arrived while paused
  std::vector<std::uint64_t> disk_requests_;      // by node: saves and requests so far
  struct Held {
    MessageSlot slot;
    std::uint64_t sequence;
  };
  std::vector<Held> held_;
  /// Changes of members that were asked for, and that are due.
  std::size_t reconfigurations_begun_ = 0;
  std::size_t reconfigurations_due_ = 0;
  bool faults_stopped_ = false;
  /// Since when all is quiet, and what was shown then.
  std::optional<Time> quiet_since_;
  std::vector<std::string> shown_at_rest_;
  bool at_rest_ = false;
  /// The last time of the phase the run is in: until faults stop, until the liveness deadline,
  /// until it has been quiet for long enough, or all of it.
  Time phase_end_;
  std::uint64_t tickets_ = 0;
  std::string told_;
};

}  // namespace stampede::engine
