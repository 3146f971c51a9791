#include "viewer/server.hpp"

#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>

#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "traces/store.hpp"
#include "viewer/page.hpp"
#include "viewer/requests.hpp"

namespace stampede::viewer {
namespace {

constexpr const char* host = "127.0.0.1";
constexpr std::size_t request_bytes_max = 1'000'000;
/// With the charset, so that the library does not compress what stays on this machine.
constexpr const char* json_type = "application/json; charset=utf-8";
constexpr const char* bytes_type = "application/octet-stream";

std::string error_json(const std::string& message, const std::string& hint) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("error").text(message);
  json.key("hint").text(hint);
  json.end_object();
  return json.take();
}

/// The accounts of the two runs that were asked for last, with their fields: whoever compares runs
/// goes to and fro between them. Of long ones, that of the last.
class Accounts {
 public:
  explicit Accounts(const ServerSettings& settings) : settings_(settings) {}

  /// What `ask` makes of the run's account and fields; one at a time.
  template <class Ask>
  std::string of(const std::string& run, const Ask& ask) {
    const std::lock_guard lock(mutex_);
    Known& known = take(run);
    return ask(*known.account, *known.fields);
  }

 private:
  static constexpr std::size_t known_max = 2;
  struct Known {
    std::string run;
    std::uint64_t decisions = 0;
    std::unique_ptr<FieldIndex> fields;
    std::unique_ptr<Account> account;
  };

  Known& take(const std::string& run) {
    const auto found = std::find_if(known_.begin(), known_.end(),
                                    [&](const Known& known) { return known.run == run; });
    if (found != known_.end()) {
      std::rotate(known_.begin(), found, found + 1);
      return known_.front();
    }
    const traces::Store store = traces::Store::open_read_only(settings_.database);
    const traces::RunRecord record = store.load_run(std::stoll(run));
    make_room(record.decisions);
    auto fields = std::make_unique<FieldIndex>();
    auto account = std::make_unique<Account>(record, settings_.rerun, fields.get());
    known_.insert(known_.begin(),
                  Known{run, record.decisions, std::move(fields), std::move(account)});
    return known_.front();
  }

  /// Before it is needed: a run of a million decisions takes gigabytes.
  void make_room(std::uint64_t decisions) {
    for (const Known& known : known_) decisions += known.decisions;
    while (!known_.empty() &&
           (known_.size() == known_max || decisions > settings_.decisions_beside)) {
      decisions -= known_.back().decisions;
      known_.pop_back();
    }
  }

  const ServerSettings& settings_;
  std::mutex mutex_;
  /// Asked last first.
  std::vector<Known> known_;
};

/// What is told of a run, by the end of its path.
using Telling = std::string (*)(Account& account, const FieldIndex& fields);

void route(httplib::Server& server, const ServerSettings& settings, Accounts& accounts) {
  server.Get("/", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(std::string(empty_page()), "text/html; charset=utf-8");
  });
  server.Get("/database", [&](const httplib::Request&, httplib::Response& response) {
    engine::JsonWriter json;
    json.text(settings.database);
    response.set_content(json.take(), json_type);
  });
  const auto tell = [&](const std::string& path, const char* type, Telling telling) {
    server.Get(
        R"(/runs/(\d{1,18}))" + path,
        [&accounts, type, telling](const httplib::Request& request, httplib::Response& response) {
          response.set_content(accounts.of(request.matches[1], telling), type);
        });
  };
  tell("", json_type, [](Account& account, const FieldIndex&) { return account.overview(); });
  tell("/columns", bytes_type,
       [](Account& account, const FieldIndex&) { return account.columns(); });
  tell("/story", json_type, [](Account& account, const FieldIndex&) { return account.story(); });
  tell("/no_return", json_type,
       [](Account& account, const FieldIndex&) { return account.no_return(); });
  server.Get(R"(/runs/(\d{1,18})/columns/(\d{1,18})-(\d{1,18}))",
             [&](const httplib::Request& request, httplib::Response& response) {
               const std::uint64_t first = std::stoull(request.matches[2]);
               const std::uint64_t last = std::stoull(request.matches[3]);
               const auto tell_columns = [&](Account& account, const FieldIndex&) {
                 if (first >= 1 && first <= last && last <= account.size())
                   return account.columns(first, last);
                 response.status = 404;
                 return error_json("the run has no such steps",
                                   "it has " + std::to_string(account.size()));
               };
               response.set_content(accounts.of(request.matches[1], tell_columns), bytes_type);
             });
  server.Get(R"(/runs/(\d{1,18})/fields)",
             [&](const httplib::Request& request, httplib::Response& response) {
               const auto tell_fields = [&](Account&, const FieldIndex& fields) {
                 return request.has_param("name") ? fields.field(request.get_param_value("name"))
                                                  : fields.word(request.get_param_value("word"));
               };
               response.set_content(accounts.of(request.matches[1], tell_fields), bytes_type);
             });
  server.Get(R"(/runs/(\d{1,18})/parts/(\d{1,9}))", [&](const httplib::Request& request,
                                                        httplib::Response& response) {
    const std::uint64_t part = std::stoull(request.matches[2]);
    const auto tell_part = [&](Account& account, const FieldIndex&) {
      if (part < account.parts()) return account.part(part);
      response.status = 404;
      return error_json("the run has no such part", "it has " + std::to_string(account.parts()));
    };
    response.set_content(accounts.of(request.matches[1], tell_part), json_type);
  });
}

/// What only the page itself may ask for: a page from elsewhere can send such a request no more
/// than it could read the answer.
bool is_from_page(const httplib::Request& request) {
  return request.get_header_value("Origin") == "http://" + request.get_header_value("Host") &&
         request.get_header_value("Content-Type") == "application/json";
}

void route_work(httplib::Server& server, const ServerSettings& settings, Workers& workers) {
  const auto post = [&](const std::string& path, auto answer) {
    server.Post(path, [answer](const httplib::Request& request, httplib::Response& response) {
      response.status = 403;
      if (!is_from_page(request)) return;
      response.status = 200;
      response.set_content(answer(request), json_type);
    });
  };
  const auto started = [&workers](const Work& work) {
    return "{\"job\":" + std::to_string(workers.start(work)) + "}";
  };
  const std::string& database = settings.database;
  post("/sql", [&](const httplib::Request& request) { return query_json(database, request.body); });
  post(R"(/runs/(\d{1,18})/what_if)", [&database, started](const httplib::Request& request) {
    return started(what_if_work(database, std::stoll(request.matches[1]), request.body));
  });
  post(R"(/runs/(\d{1,18})/shrink)", [&database, started](const httplib::Request& request) {
    return started(shrink_work(database, std::stoll(request.matches[1])));
  });
  post(R"(/jobs/(\d{1,18})/cancel)", [&workers](const httplib::Request& request) {
    return std::string(workers.cancel(std::stoull(request.matches[1])) ? "true" : "false");
  });
  server.Get(R"(/jobs/(\d{1,18}))",
             [&workers](const httplib::Request& request, httplib::Response& response) {
               const auto state = workers.look(std::stoull(request.matches[1]));
               response.status = state ? 200 : 404;
               response.set_content(state ? state_json(*state)
                                          : error_json("there is no such work", "start it again"),
                                    json_type);
             });
}

void guard(httplib::Server& server, std::uint16_t port) {
  const std::string suffix = ":" + std::to_string(port);
  server.set_pre_routing_handler([=](const httplib::Request& request, httplib::Response& response) {
    const std::string asked = request.get_header_value("Host");
    if (asked == host + suffix || asked == "localhost" + suffix)
      return httplib::Server::HandlerResponse::Unhandled;
    response.status = 421;
    return httplib::Server::HandlerResponse::Handled;
  });
  server.set_default_headers({
      {"Content-Security-Policy", std::string(page_policy()) + "; frame-ancestors 'none'"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cache-Control", "no-store"},
  });
  server.set_exception_handler(
      [](const httplib::Request&, httplib::Response& response, const std::exception_ptr& thrown) {
        response.status = 500;
        std::string message = "internal error";
        std::string hint;
        try {
          std::rethrow_exception(thrown);
        } catch (const engine::InputError& error) {
          response.status = 422;
          message = error.message();
          hint = error.hint().text();
        } catch (const std::exception& error) {
          hint = error.what();
        }
        response.set_content(error_json(message, hint), json_type);
      });
}

}  // namespace

void serve(const ServerSettings& settings, const std::function<void(std::uint16_t)>& ready) {
  static_cast<void>(traces::Store::open_read_only(settings.database));
  httplib::Server server;
  server.set_tcp_nodelay(true);
  server.set_payload_max_length(request_bytes_max);
  // Not SO_REUSEPORT, with which two servers on one port would take turns.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  int port = settings.port;
  if (port == 0) {
    port = server.bind_to_any_port(host);
  } else if (!server.bind_to_port(host, port)) {
    throw engine::InputError("port " + std::to_string(port) + " cannot be listened on",
                             "leave '--port' away: any that is free will do");
  }
  ASSERT(port > 0);
  Accounts accounts(settings);
  Workers workers(settings.program);
  guard(server, static_cast<std::uint16_t>(port));
  route(server, settings, accounts);
  route_work(server, settings, workers);
  ready(static_cast<std::uint16_t>(port));
  std::thread listening([&] { server.listen_after_bind(); });
  // Who stops it before it listens would wait for ever.
  while (!server.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  while (!settings.rerun.interrupted()) {
    workers.tend();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  server.stop();
  listening.join();
}

}  // namespace stampede::viewer
