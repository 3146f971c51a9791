// The quorum round of message_workloads.cpp on ns-3's core scheduler: same nodes, same messages,
// same timers, latency uniform over 1,000 .. 10,000 ns. Built on request only
// (-DSTAMPEDE_NS3_PEER=ON, libns3-dev): the fair peer for a claim about speed, because both do the
// same per delivery. A cancelled timer stays in ns-3's queue until its time: that is how ns-3
// works.
#include <ns3/event-id.h>
#include <ns3/nstime.h>
#include <ns3/simulator.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

constexpr std::uint32_t primary = 0;
constexpr std::uint32_t client = 5;
constexpr std::uint32_t backups = 4;

enum class Kind { request, prepare, prepare_ok, reply };

double cpu_seconds() {
  std::timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

class Round {
 public:
  explicit Round(std::uint64_t deliveries) : deliveries_max_(deliveries) {}

  void run() {
    send(client, primary, Kind::request, ++requested_);
    ns3::Simulator::Run();
    ns3::Simulator::Destroy();
  }
  [[nodiscard]] std::uint64_t deliveries() const { return deliveries_; }

 private:
  void send(std::uint32_t from, std::uint32_t to, Kind kind, std::uint64_t number) {
    ns3::Simulator::Schedule(ns3::NanoSeconds(latency()), &Round::deliver, this, from, to, kind,
                             number);
  }

  void deliver(std::uint32_t from, std::uint32_t to, Kind kind, std::uint64_t number) {
    if (++deliveries_ == deliveries_max_) return ns3::Simulator::Stop();
    switch (kind) {
      case Kind::request:
        current_ = number;
        oks_ = 0;
        for (std::uint32_t backup = 1; backup <= backups; ++backup)
          send(primary, backup, Kind::prepare, number);
        break;
      case Kind::prepare:
        timers_[to].Cancel();
        timers_[to] = ns3::Simulator::Schedule(ns3::NanoSeconds(200'000), &Round::silence, this);
        send(to, from, Kind::prepare_ok, number);
        break;
      case Kind::prepare_ok:
        if (number == current_ && ++oks_ == 2) send(primary, client, Kind::reply, number);
        break;
      case Kind::reply:
        send(client, primary, Kind::request, ++requested_);
        break;
    }
  }

  void silence() { ++silences_; }

  /// splitmix64, mapped by multiply-shift.
  std::int64_t latency() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t bits = state_;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9ULL;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebULL;
    bits ^= bits >> 31;
    return 1'000 + static_cast<std::int64_t>((static_cast<unsigned __int128>(bits) * 9'001) >> 64);
  }

  std::uint64_t deliveries_max_;
  std::uint64_t deliveries_ = 0;
  std::uint64_t requested_ = 0;
  std::uint64_t current_ = 0;
  std::uint32_t oks_ = 0;
  std::uint64_t silences_ = 0;
  std::uint64_t state_ = 1;
  std::array<ns3::EventId, 6> timers_;
};

}  // namespace

int main(int argc, char** argv) {
  Round round(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 5'000'000);
  const double begin = cpu_seconds();
  round.run();
  const double seconds = cpu_seconds() - begin;
  std::printf("quorum-round on ns-3        %8.2f M deliveries/s\n",
              static_cast<double>(round.deliveries()) / seconds / 1e6);
  return 0;
}
