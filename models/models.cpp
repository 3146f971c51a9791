#include "models/models.hpp"

#include "models/ping_pong/model.hpp"
#include "models/primary_backup/model.hpp"
#include "models/viewstamped/model.hpp"

namespace stampede::models {

const std::vector<const engine::Model*>& all_models() {
  static const std::vector<const engine::Model*> list = {
      &ping_pong::model(), &primary_backup::model(), &viewstamped::model()};
  return list;
}

const engine::Model* find_model(std::string_view name) {
  for (const engine::Model* model : all_models()) {
    if (model->name == name) return model;
  }
  return nullptr;
}

}  // namespace stampede::models
