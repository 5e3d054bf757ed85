// A small catalogue without a store: a few tags with a few values each.
#ifndef MUSTER_TESTS_QUERY_BINDING_FAKE_CATALOG_H_
#define MUSTER_TESTS_QUERY_BINDING_FAKE_CATALOG_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "index/status/status_macros.h"
#include "query/binding/catalog_view.h"
#include "text/civil_text.h"
#include "text/nearest_names.h"

namespace muster::query {

// The catalogue in the zone of Shanghai, on 2026-03-31. Value ids count from 1 in the order given. Views AS
// OF any date are equal, except that `vip` was first loaded on 2026-01-10.
class FakeCatalog : public CatalogView {
 public:
  FakeCatalog() {
    using index::TagKind;
    Add("vip", TagKind::kFlag, {});
    Add("city", TagKind::kSingle, {"上海", "北京", "苏州", "caf\u00e9", "Shanghai"});
    Add("interests", TagKind::kMulti, {"sports", "music", "spa"}).weighted = true;
    tags_.back().weight_scale = 2;
    Add("age", TagKind::kNumber, {});
    Add("price", TagKind::kNumber, {}).scale = 2;
    Add("birth", TagKind::kDate, {});
    Add("last_seen", TagKind::kTimestamp, {});
    Add("zip", TagKind::kSingle, {"01234", "1234", "7.0"});
    Add("colors", TagKind::kMulti, {"red", "green", "blue"});
    Add("list", TagKind::kNumber, {});
    Add("joined", TagKind::kDate, {});
    Add("tiny", TagKind::kNumber, {}).scale = 18;
    Add("age-price", TagKind::kNumber, {});
    Add("cafe\u0301", TagKind::kFlag, {});
    tags_.back().name = "caf\u00e9";
    absl::LoadTimeZone("Asia/Shanghai", &zone_);
  }

  ViewIndex view() const override { return view_; }
  std::optional<absl::CivilDay> as_of() const override { return as_of_; }
  absl::StatusOr<const CatalogView*> AsOf(absl::CivilDay date) const override {
    if (!store_status.ok()) return store_status;
    if (dated_.size() == most_dates && !dated_.contains(date)) return nullptr;
    return Dated(date, static_cast<ViewIndex>(dated_.size() + 1));
  }
  // The same for a request AS OF the date.
  void MoveTo(absl::CivilDay date) { as_of_ = date; }

  const index::Tag* FindTag(std::string_view name) const override {
    if (name == "vip" && as_of_.has_value() && *as_of_ < kFirstVip) return nullptr;
    for (const index::Tag& tag : tags_) {
      if (tag.name == name) return &tag;
    }
    return nullptr;
  }
  std::optional<MissingTag> WhyMissing(std::string_view name) const override {
    if (name != "vip") return std::nullopt;
    return MissingTag{index::Reason::kBeforeFirstVersion, "it is younger.", DateText(kFirstVip)};
  }
  std::vector<std::string> TagNames() const override {
    ++suggestions;
    std::vector<std::string> names;
    for (const index::Tag& tag : tags_) names.push_back(tag.name);
    return names;
  }
  // One list, `spring`.
  absl::StatusOr<std::optional<SourceId>> FindList(std::string_view name) const override {
    RETURN_IF_ERROR(store_status);
    return name == "spring" ? std::optional<SourceId>(kSpring) : std::nullopt;
  }
  absl::StatusOr<std::vector<std::string>> NearestLists(std::string_view name) const override {
    return NearestNames(name, {"spring"}, 3);
  }
  static constexpr SourceId kSpring = 99;

  absl::StatusOr<std::vector<std::optional<index::ValueId>>> FindValues(
      index::TagId tag, absl::Span<const std::string> wanted) const override {
    ++lookups;
    RETURN_IF_ERROR(store_status);
    const std::vector<std::string>& values = values_.at(tag);
    std::vector<std::optional<index::ValueId>> found(wanted.size());
    for (size_t i = 0; i < values.size(); ++i) {
      for (size_t j = 0; j < wanted.size(); ++j) {
        if (values[i] == wanted[j]) found[j] = static_cast<index::ValueId>(i + 1);
      }
    }
    return found;
  }
  absl::StatusOr<int> MagnitudeBits(index::TagId) const override {
    ++lookups;
    RETURN_IF_ERROR(store_status);
    return magnitude_bits;
  }
  absl::StatusOr<std::vector<index::ValueId>> ValuesLike(index::TagId tag,
                                                         const LikePattern& pattern) const override {
    RETURN_IF_ERROR(store_status);
    std::vector<index::ValueId> ids;
    const std::vector<std::string>& values = values_.at(tag);
    for (size_t i = values.size(); i-- > 0;) {
      if (pattern.Matches(values[i])) ids.push_back(static_cast<index::ValueId>(i + 1));
    }
    return ids;
  }
  std::vector<std::string> NearestValues(index::TagId tag, std::string_view value,
                                         size_t limit) const override {
    ++suggestions;
    return NearestNames(value, values_.at(tag), limit);
  }
  absl::TimeZone time_zone() const override { return zone_; }
  absl::CivilDay today() const override { return as_of_.value_or(absl::CivilDay(2026, 3, 31)); }

  const index::Tag& tag(index::TagId id) const { return tags_[id - 1]; }
  const std::string& value(index::TagId tag, index::ValueId id) const { return values_.at(tag)[id - 1]; }

  absl::Status store_status;    // what reading values answers
  int magnitude_bits = 30;      // of every number
  mutable int lookups = 0;      // calls of FindValues and MagnitudeBits
  mutable int suggestions = 0;  // calls of NearestValues and TagNames
  size_t most_dates = 100;

 private:
  static constexpr absl::CivilDay kFirstVip{2026, 1, 10};

  const FakeCatalog* Dated(absl::CivilDay date, ViewIndex view) const {
    auto& dated = dated_[date];
    if (dated == nullptr) {
      dated = std::make_unique<FakeCatalog>();
      dated->as_of_ = date;
      dated->view_ = view;
    }
    return dated.get();
  }
  index::Tag& Add(std::string name, index::TagKind kind, std::vector<std::string> values) {
    index::Tag tag;
    tag.id = static_cast<index::TagId>(tags_.size() + 1);
    tag.name = std::move(name);
    tag.kind = kind;
    values_[tag.id] = std::move(values);
    tags_.push_back(std::move(tag));
    return tags_.back();
  }

  std::vector<index::Tag> tags_;
  std::map<index::TagId, std::vector<std::string>> values_;
  absl::TimeZone zone_;
  ViewIndex view_ = kFirstView;
  std::optional<absl::CivilDay> as_of_;
  mutable std::map<absl::CivilDay, std::unique_ptr<FakeCatalog>> dated_;
};

}  // namespace muster::query

#endif  // MUSTER_TESTS_QUERY_BINDING_FAKE_CATALOG_H_
