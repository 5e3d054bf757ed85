// A population of 275 thousand million members, which no scan finishes while a test runs: two FLAG tags,
// `vip` and `news`, that the same three members of every fragment have. Windows of its scans are counted, and
// the test can hold one, or make the population a small one.
#ifndef MUSTER_TESTS_SERVER_ANSWERS_ENDLESS_POPULATION_H_
#define MUSTER_TESTS_SERVER_ANSWERS_ENDLESS_POPULATION_H_

#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "index/bitmap/bitmap.h"
#include "index/population/population.h"

namespace muster::server {

inline constexpr uint32_t kEndlessFragments = 1u << 20;

// What scans did and what a test makes them wait for. Thread-safe.
struct ScanWatch {
  std::function<void(int)> on_window = [](int) {};  // called with the number of windows begun so far
  std::atomic<int> windows{0};
  std::atomic<uint32_t> fragments{kEndlessFragments};  // of snapshots from now on
};

class EndlessSource final : public index::RowSource {
 public:
  explicit EndlessSource(ScanWatch& watch) : watch_(watch) {}
  absl::Status BeginWindow(uint32_t, uint32_t count) override {
    count_ = count;
    watch_.on_window(++watch_.windows);
    return absl::OkStatus();
  }
  absl::Status Resolve(index::RowRef row, index::ResolvedRow& resolved) override {
    const std::string& record = row.tag == index::kEveryoneTag ? full_ : three_;
    resolved.flips.clear();
    resolved.fragments.assign(
        count_, {index::RecordBytes(reinterpret_cast<const uint8_t*>(record.data()), record.size())});
    return absl::OkStatus();
  }
  void EndWindow() override {}

 private:
  ScanWatch& watch_;
  uint32_t count_ = 0;
  const std::string full_ = index::EncodeRecord(index::RecordKind::kImage, index::Bitmap::Full());
  const std::string three_ =
      index::EncodeRecord(index::RecordKind::kImage, index::Bitmap::FromSorted({5, 70'000, 200'000}));
};

class EndlessSnapshot final : public index::Snapshot {
 public:
  explicit EndlessSnapshot(ScanWatch& watch) : watch_(watch), fragments_(watch.fragments) {}
  const index::VersionVector& versions() const override { return versions_; }
  index::PinnedView Pin(const index::VersionVector& versions) const override { return {1, versions, 1}; }
  uint64_t member_count() const override { return uint64_t{fragments_} << index::kFragmentBits; }
  uint32_t fragment_count() const override { return fragments_; }
  absl::StatusOr<index::ValuesWithRows> FindValuesWithRows(index::TagId) const override {
    return index::ValuesWithRows();
  }
  std::unique_ptr<index::RowSource> NewRowSource() const override {
    return std::make_unique<EndlessSource>(watch_);
  }
  absl::StatusOr<uint64_t> RowCardinality(index::RowRef row) const override {
    return row.tag == index::kEveryoneTag ? member_count() : uint64_t{3} * fragments_;
  }
  absl::StatusOr<std::vector<uint64_t>> RowCardinalities(index::TagId tag,
                                                         absl::Span<const index::RowId> rows) const override {
    return std::vector<uint64_t>(rows.size(), *RowCardinality({tag, index::kKnownRow}));
  }
  absl::Status VisitRows(index::TagId, index::ValueId, index::ValueId,
                         const std::function<bool(index::RowId, uint64_t)>&) const override {
    return absl::OkStatus();
  }
  absl::StatusOr<int> Scale(index::TagId) const override { return 0; }
  absl::StatusOr<std::shared_ptr<const index::Snapshot>> AsOf(absl::CivilDay) const override {
    return absl::UnimplementedError("it has no history");
  }
  absl::StatusOr<std::optional<absl::CivilDay>> FirstDate(index::TagId) const override {
    return std::nullopt;
  }
  absl::StatusOr<bool> Contains(index::RowRef, uint64_t) const override { return true; }

 private:
  ScanWatch& watch_;
  const uint32_t fragments_;
  const index::VersionVector versions_ = {{index::kEveryoneTag, 1}, {1, 1}, {2, 1}};
};

class EndlessPopulation : public index::Population {
 public:
  explicit EndlessPopulation(ScanWatch& watch) : watch_(watch) {}
  const std::string& name() const override { return name_; }
  index::Identity identity() const override { return 1; }
  uint64_t disk_bytes() const override { return 0; }
  absl::TimeZone time_zone() const override { return absl::UTCTimeZone(); }
  std::string time_zone_name() const override { return "UTC"; }
  absl::CivilDay Today() const override { return absl::CivilDay(2024, 1, 1); }
  absl::StatusOr<std::shared_ptr<const index::Snapshot>> CurrentSnapshot() override {
    return std::make_shared<const EndlessSnapshot>(watch_);
  }
  absl::StatusOr<std::shared_ptr<const index::Snapshot>> OpenSnapshot(const index::PinnedView&) override {
    return CurrentSnapshot();
  }
  void Lease(const index::VersionVector&, absl::Duration) override {}
  absl::StatusOr<std::vector<index::Tag>> ListTags(const index::Snapshot&, WorkBudget&) const override {
    return tags_;
  }
  absl::StatusOr<std::optional<index::Tag>> FindTag(const index::Snapshot&,
                                                    std::string_view name) const override {
    for (const index::Tag& tag : tags_) {
      if (tag.name == name) return std::optional<index::Tag>(tag);
    }
    return std::optional<index::Tag>();
  }
  absl::StatusOr<index::TagStatistics> Statistics(const index::Snapshot&, const index::Tag&) const override {
    return index::TagStatistics();
  }
  absl::StatusOr<uint64_t> Verify(index::Findings::Report) const override { return 0; }
  // No test of it names segments.
  index::SegmentStore& segments() override { std::abort(); }
  absl::StatusOr<index::Tag> CreateTag(const index::Tag& tag) override { return tag; }
  absl::StatusOr<index::Tag> UpdateTag(const std::string&, const index::TagChange&,
                                       const WorkBudget&) override {
    return tags_[0];
  }
  absl::StatusOr<uint64_t> ValuesToCount(const index::Snapshot&, const index::Tag&) const override {
    return 0;
  }
  absl::StatusOr<std::vector<std::optional<index::ValueId>>> FindValues(
      const index::Snapshot&, const index::Tag&, absl::Span<const std::string> values) const override {
    return std::vector<std::optional<index::ValueId>>(values.size(), index::kTrueValue);
  }
  absl::StatusOr<std::vector<index::ValueId>> ValuesWithPrefix(const index::Snapshot&, const index::Tag&,
                                                               std::string_view, WorkBudget&) const override {
    return std::vector<index::ValueId>{index::kTrueValue};
  }
  absl::StatusOr<std::vector<index::ValueCount>> ListValues(const index::Snapshot&, const index::Tag&,
                                                            std::string_view, WorkBudget&) const override {
    return std::vector<index::ValueCount>();
  }
  absl::StatusOr<std::vector<std::string>> ValuesAround(const index::Snapshot&, const index::Tag&,
                                                        std::string_view, size_t) const override {
    return std::vector<std::string>();
  }
  absl::StatusOr<std::optional<index::Ordinal>> FindMember(const index::Snapshot&,
                                                           std::string_view) const override {
    return std::optional<index::Ordinal>();
  }
  absl::Status MemberIds(absl::Span<const index::Ordinal> ordinals,
                         std::vector<std::string>& ids) const override {
    for (const index::Ordinal ordinal : ordinals) ids.push_back(std::to_string(ordinal));
    return absl::OkStatus();
  }
  absl::StatusOr<index::MemberProfile> Profile(const index::Snapshot&, index::Ordinal,
                                               WorkBudget&) const override {
    return index::MemberProfile();
  }

 private:
  ScanWatch& watch_;
  const std::string name_ = "endless";
  const std::vector<index::Tag> tags_ = {{.id = 1, .name = "vip"}, {.id = 2, .name = "news"}};
};

}  // namespace muster::server

#endif  // MUSTER_TESTS_SERVER_ANSWERS_ENDLESS_POPULATION_H_
