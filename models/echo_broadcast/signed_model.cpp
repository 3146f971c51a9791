#include "models/echo_broadcast/model.hpp"
#include "models/echo_broadcast/promises.hpp"
#include "models/echo_broadcast/signed_echo.hpp"

namespace stampede::models::signed_echo {
namespace {

std::optional<std::string> asks_no_more(const SignedNode& node, const engine::NodeView& view) {
  const bool resends = view.options<Options>().resend_after != engine::Duration{};
  if (!resends || view.self() != view.members().front() || !view.lacks(Resend{}))
    return std::nullopt;
  return view.name() + (node.told.sent ? " has broadcast" : " will broadcast") +
         " and has no Resend";
}

std::vector<engine::Property> signed_properties(const engine::ClusterSpec&) {
  return {engine::world_property("signed-echo-broadcast/consistency",
                                 "No two correct nodes deliver different values.",
                                 &echo_broadcast::inconsistent),
          engine::world_property(
              "signed-echo-broadcast/integrity",
              "What a correct node delivers, the broadcaster has broadcast, if it is correct.",
              &echo_broadcast::invented<SignedNode>),
          engine::node_property<SignedNode>(
              "signed-echo-broadcast/asks-again",
              "The broadcaster asks and tells again from time to time.", &asks_no_more),
          engine::eventually("signed-echo-broadcast/validity",
                             "What a correct broadcaster broadcasts, every correct node delivers.",
                             &echo_broadcast::not_delivered<SignedNode>)};
}

engine::Model make_signed_model() {
  engine::Model model;
  model.name = "signed_echo_broadcast";
  model.about = "Signed echo broadcast (Reiter 1994): signatures of a quorum prove what was sent.";
  model.options = engine::describe_options<Options>();
  model.defects = {{"signed-echo-broadcast-believes-proofs",
                    "A Final is believed for the number of its signatures: nobody looks who signed "
                    "what.",
                    "Cachin, Guerraoui, Rodrigues 2011, algorithm 3.17, verifysig left out",
                    "signed-echo-broadcast/consistency",
                    {{"checks_signatures", "false"}}}};
  model.uses_service = false;
  model.claims = &echo_broadcast::claims;
  model.read_options = &engine::read_model_options<Options>;
  model.assemble = [](const engine::ClusterSpec& cluster) {
    return echo_broadcast::members_alike(cluster, engine::make_process(SignedNode{}));
  };
  model.properties = &signed_properties;
  model.forge = &engine::forges<Send, Echo, Final>;
  model.probes = {"delivered"};
  model.process_types = {&engine::process_type<SignedNode>()};
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_signed_model();
  return instance;
}

}  // namespace stampede::models::signed_echo
