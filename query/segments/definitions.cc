#include "query/segments/definitions.h"

#include <utility>

namespace muster::query {

void Definitions::Add(index::SegmentPtr segment) {
  const std::string& name = segment->name;
  if (by_name_.contains(name)) return;
  Definition& added = by_name_[name];
  added.parsed = Parse(segment->definition.text, limits_);
  added.segment = std::move(segment);
}

void Definitions::AddMissing(std::string name, std::vector<std::string> nearest) {
  missing_.insert_or_assign(std::move(name), std::move(nearest));
}

const Definition* Definitions::Find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &found->second;
}

std::vector<std::string> Definitions::NearestTo(std::string_view name) const {
  const auto found = missing_.find(name);
  return found == missing_.end() ? std::vector<std::string>() : found->second;
}

}  // namespace muster::query
