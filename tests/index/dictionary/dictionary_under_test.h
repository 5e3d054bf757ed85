// A member dictionary in an environment of its own, for tests.
#ifndef MUSTER_TESTS_INDEX_DICTIONARY_DICTIONARY_UNDER_TEST_H_
#define MUSTER_TESTS_INDEX_DICTIONARY_DICTIONARY_UNDER_TEST_H_

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "index/dictionary/member_dictionary.h"
#include "index/storage/environment.h"
#include "index/storage/writer_queue.h"
#include "tests/matchers/status.h"

namespace muster::index {

// A `members` and an `index` environment in a folder of their own.
class DictionaryTest : public ::testing::Test {
 protected:
  DictionaryTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "muster_dictionary_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    Open();
  }
  ~DictionaryTest() override {
    Close();
    std::filesystem::remove_all(folder_);
  }
  void Open(EnvironmentKind kind = EnvironmentKind::kMembers) {
    EnvironmentOptions options;
    options.kind = kind;
    options.directory = folder_ + "/" + EnvironmentName(kind);
    options.map_size = std::min(size_t{1} << 30, greatest_map_);
    options.max_map_size = greatest_map_;
    absl::StatusOr<std::unique_ptr<Environment>> environment = Environment::Open(options);
    ASSERT_THAT(environment, IsOk());
    environment_ = *std::move(environment);
    writer_ = std::make_unique<WriterQueue>(*environment_);
    if (kind != EnvironmentKind::kMembers) return;
    absl::StatusOr<std::unique_ptr<MemberDictionary>> dictionary =
        MemberDictionary::Open(*writer_, hash_mask_);
    ASSERT_THAT(dictionary, IsOk());
    dictionary_ = *std::move(dictionary);
  }
  void Close() {
    dictionary_.reset();
    writer_.reset();
    environment_.reset();
  }
  std::vector<Ordinal> Assign(const std::vector<std::string>& ids) {
    const std::vector<std::string_view> views(ids.begin(), ids.end());
    std::vector<Ordinal> ordinals(ids.size());
    EXPECT_THAT(dictionary_->Assign(views, absl::MakeSpan(ordinals)), IsOk());
    return ordinals;
  }
  std::vector<std::string> Read(const std::vector<Ordinal>& ordinals) {
    std::vector<std::string> ids;
    const absl::Status read = dictionary_->ReadIds(ordinals, ids);
    EXPECT_THAT(read, IsOk());
    return ids;
  }

  size_t greatest_map_ = size_t{64} << 30;
  std::string folder_;
  uint64_t hash_mask_ = ~uint64_t{0};
  std::unique_ptr<Environment> environment_;
  std::unique_ptr<WriterQueue> writer_;
  std::unique_ptr<MemberDictionary> dictionary_;
};

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_DICTIONARY_DICTIONARY_UNDER_TEST_H_
