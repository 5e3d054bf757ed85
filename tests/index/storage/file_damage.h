// Damages an environment's file in the ways of disks and bad copies.
#ifndef MUSTER_TESTS_INDEX_STORAGE_FILE_DAMAGE_H_
#define MUSTER_TESTS_INDEX_STORAGE_FILE_DAMAGE_H_

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"

namespace muster::testing {

using Random = std::mt19937_64;
inline constexpr size_t kFilePageBytes = 4096;

inline std::string RandomBytes(Random& random, size_t count) {
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

inline void FlipBit(const std::string& path, size_t place, int bit) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto at = static_cast<std::streamoff>(place);
  const auto byte = static_cast<char>(file.seekg(at).get() ^ (1 << bit));
  file.seekp(at).put(byte);
}

// One damage to the file at `path`; says which.
inline std::string DamageFile(const std::string& path, Random& random) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const size_t size = std::filesystem::file_size(path), pages = size / kFilePageBytes;
  const auto read = [&](size_t at, size_t count) {
    std::string bytes(count, '\0');
    file.seekg(static_cast<std::streamoff>(at)).read(bytes.data(), static_cast<std::streamsize>(count));
    return bytes;
  };
  const auto write = [&](size_t at, const std::string& bytes) {
    file.seekp(static_cast<std::streamoff>(at))
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  };
  const size_t page = 2 + random() % (pages - 2), at = page * kFilePageBytes;
  switch (random() % 8) {
    case 0:
      write(at, std::string(kFilePageBytes, '\0'));
      return absl::StrCat("page ", page, " zeroed");
    case 1:
      write(at, std::string(16, '\0'));
      return absl::StrCat("header of page ", page, " zeroed");
    case 2:
      write(at, RandomBytes(random, kFilePageBytes));
      return absl::StrCat("page ", page, " random");
    case 3: {
      const size_t other = 2 + random() % (pages - 2);
      const std::string a = read(at, kFilePageBytes), b = read(other * kFilePageBytes, kFilePageBytes);
      write(at, b);
      write(other * kFilePageBytes, a);
      return absl::StrCat("pages ", page, " and ", other, " swapped");
    }
    case 4: {
      std::string places;
      for (int i = 0; i < 20; ++i) {
        const size_t place = 2 * kFilePageBytes + random() % (size - 2 * kFilePageBytes);
        write(place, std::string(1, static_cast<char>(read(place, 1)[0] ^ (1 << random() % 8))));
        absl::StrAppend(&places, " ", place);
      }
      return absl::StrCat("bits flipped at", places);
    }
    case 5: {  // in the heads and the first records of pages, where LMDB looks
      const size_t place = at + random() % 200;
      write(place, std::string(1, static_cast<char>(read(place, 1)[0] ^ (1 << random() % 8))));
      return absl::StrCat("a bit flipped at ", place);
    }
    case 6: {
      const size_t place = random() % 2 * kFilePageBytes + random() % 160;
      write(place, std::string(1, static_cast<char>(read(place, 1)[0] ^ (1 << random() % 8))));
      return absl::StrCat("a bit of a meta page flipped at ", place);
    }
    default: {
      const size_t end = random() % size;
      file.close();
      std::filesystem::resize_file(path, end);
      return absl::StrCat("cut to ", end, " bytes");
    }
  }
}

}  // namespace muster::testing

#endif  // MUSTER_TESTS_INDEX_STORAGE_FILE_DAMAGE_H_
