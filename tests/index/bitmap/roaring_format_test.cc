// The Roaring format's own files: valid ones are read to the last value, broken ones are refused.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "index/bitmap/chunk_view.h"
#include "index/bitmap/fragment_record.h"
#include "index/bitmap/little_endian.h"
#include "index/bitmap/portable.h"
#include "openssl/evp.h"
#include "tests/matchers/status.h"
#include "tests/paths.h"

namespace muster::index {
namespace {

std::filesystem::path Folder() {
  return std::filesystem::path(MUSTER_SOURCE_DIR) / ".." / "shared" / "data" / "roaring-format";
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<google::protobuf::Struct> Expectations() {
  std::vector<google::protobuf::Struct> lines;
  std::ifstream file(Folder() / "expected.jsonl");
  for (std::string line; std::getline(file, line);) {
    lines.emplace_back();
    const auto status = google::protobuf::util::JsonStringToMessage(line, &lines.back());
    EXPECT_THAT(status, IsOk()) << line;
  }
  return lines;
}

absl::Span<const uint8_t> Bytes(const std::string& text) {
  return absl::MakeSpan(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

// SHA-256 of the decimal values, joined by line feeds.
std::string HashOf(const std::vector<uint32_t>& values) {
  std::string text;
  for (const uint32_t value : values) absl::StrAppend(&text, text.empty() ? "" : "\n", value);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) absl::StrAppend(&hex, absl::Hex(digest[i], absl::kZeroPad2));
  return hex;
}

// A record around a payload that needn't be one, for the reader that checks bounds alone.
std::string RecordAround(const std::string& payload) {
  std::string record(kRecordHeaderBytes, '\0');
  record[0] = kRecordFormat;
  return record + payload;
}

class RoaringFormat : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(Folder()))
      GTEST_SKIP() << "no ../shared/data/roaring-format beside the sources";
  }
};

TEST_F(RoaringFormat, ThirtyTwoBitFilesAreReadOrRefused) {
  int valid = 0;
  int refused = 0;
  for (const google::protobuf::Struct& line : Expectations()) {
    const auto& fields = line.fields();
    if (fields.at("width").number_value() != 32) continue;
    const std::string& name = fields.at("file").string_value();
    SCOPED_TRACE(name);
    const std::string payload = ReadFile(Folder() / name);
    absl::StatusOr<std::vector<uint32_t>> values = DecodePortable(Bytes(payload));
    FragmentChunks chunks;
    ReadFragmentChunks(Bytes(RecordAround(payload)),
                       chunks);  // none fits a fragment; it must be safe all the same
    if (!fields.at("valid").bool_value()) {
      EXPECT_THAT(values, StatusIs(absl::StatusCode::kDataLoss));
      ++refused;
      continue;
    }
    ASSERT_THAT(values, IsOk());
    EXPECT_EQ(values->size(), fields.at("cardinality").number_value());
    EXPECT_EQ(values->front(), fields.at("min").number_value());
    EXPECT_EQ(values->back(), fields.at("max").number_value());
    EXPECT_EQ(HashOf(*values), fields.at("values_sha256").string_value());
    ++valid;
  }
  EXPECT_EQ(valid, 3);
  EXPECT_EQ(refused, 7);
}

// 64-bit maps are nothing that Muster stores; the bitmaps inside are the 32-bit ones, each behind a high
// word.
TEST_F(RoaringFormat, BitmapsInsideSixtyFourBitMapsAreSafe) {
  int read = 0;
  for (const google::protobuf::Struct& line : Expectations()) {
    const auto& fields = line.fields();
    if (fields.at("width").number_value() != 64) continue;
    const std::string& name = fields.at("file").string_value();
    SCOPED_TRACE(name);
    const std::string map = ReadFile(Folder() / name);
    const bool valid = fields.at("valid").bool_value();
    // As a 32-bit bitmap the map itself is none.
    EXPECT_THAT(DecodePortable(Bytes(map)), ::testing::Not(IsOk()));
    if (!valid || map.size() <= 12) continue;
    // The first bucket alone: other buckets may follow, and then it is refused with the bytes it needs.
    const std::string rest = map.substr(12);
    absl::StatusOr<std::vector<uint32_t>> values = DecodePortable(Bytes(rest));
    const bool only = LoadLittle<uint64_t>(reinterpret_cast<const uint8_t*>(map.data())) == 1;
    EXPECT_EQ(values.ok(), only) << values.status();
    if (only) {
      EXPECT_EQ(values->size(), fields.at("cardinality").number_value());
    }
    ++read;
  }
  EXPECT_GE(read, 5);
}

}  // namespace
}  // namespace muster::index
