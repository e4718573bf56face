"""Vietnamese for the codes of tracks, tips, models and commendations; `wording` says them."""

TRACK = {
    # why a file is not kept
    "gpx_empty": "Tệp rỗng, không có gì bên trong. Hãy xuất lại từ máy định vị.",
    "gpx_too_big": "Tệp quá lớn. Hãy chia tệp theo từng lượt rồi gửi lại.",
    "gpx_too_many_points": "Tệp có quá nhiều điểm. Hãy chia tệp theo từng lượt rồi gửi lại.",
    "gpx_too_complex": "Tệp bị chia thành quá nhiều đoạn rời hoặc quá rối, không đọc được.",
    "gpx_html": "Đây là một trang web được lưu nhầm đuôi .gpx. Hãy đăng nhập trang đó và tải lại tệp.",
    "gpx_not_gpx": "Đây không phải tệp GPX.",
    "gpx_doctype": "Tệp có phần khai báo không được phép (DOCTYPE/ENTITY) nên không nhận.",
    "gpx_malformed": "Tệp bị hỏng, không đọc được điểm nào.",
    "gpx_truncated": "Tệp bị cụt, không đọc được điểm nào. Hãy chép lại từ máy định vị.",
    "gpx_no_points": "Tệp GPX này không có điểm nào.",
    "gpx_no_good_points": "Không điểm nào trong tệp có toạ độ đúng.",
    "gpx_too_many_files": "Quá nhiều tệp: một lượt giữ nhiều nhất 20 tệp, mỗi lần gửi cũng vậy.",
    "gpx_unreadable": "Hệ thống không đọc được tệp này, lỗi đã được ghi lại. Hãy giữ tệp và báo cho quản trị.",
    # what became of one that is
    "stored": "Đã nhận.",
    "already_stored": "Đã có từ trước; không ghi thêm lần nữa.",
    # what it holds
    "recorded": "Vết đã ghi",
    "route": "Tệp chỉ có lộ trình kế hoạch, không tính là đã đi.",
    "waypoints": "Tệp chỉ có các điểm đánh dấu, không tính là đã đi.",
    # what was odd, and what was done about it
    "track_encoding_repaired": "Bảng mã chữ trong tệp khai sai, đã đọc theo bảng mã đoán được.",
    "track_text_repaired": "Tệp có ký tự lỗi, đã bỏ qua.",
    "track_cut_short": "Tệp bị cụt ở cuối, chỉ giữ phần đọc được.",
    "track_damaged": "Tệp hỏng ở giữa, chỉ giữ phần trước chỗ hỏng.",
    "track_bad_points": "Có điểm sai toạ độ, đã bỏ.",
    "track_comma_decimals": "Toạ độ viết bằng dấu phẩy, đã đọc là dấu thập phân.",
    "track_zone_missing": "Giờ trong tệp không ghi múi giờ, đã hiểu là giờ quốc tế (UTC).",
    "track_times_missing": "Có điểm không ghi giờ.",
    "track_times_unreadable": "Có giờ không đọc được.",
    "track_times_interpolated": "Giờ của một số điểm được tính từ hai điểm liền kề.",
    "track_times_backwards": "Giờ trong tệp có chỗ chạy lùi.",
    "track_clock_not_set": "Đồng hồ của máy chưa được đặt, giờ ghi không dùng được.",
    "track_inaccurate_points": "Có điểm sai số quá lớn, đã bỏ.",
    "track_accuracy_ignored": "Sai số máy ghi không đáng tin, không dùng để lọc.",
    "track_spikes": "Có điểm văng ra khỏi đường đi, đã bỏ.",
    "track_too_fast_points": "Có điểm nhanh quá mức của phương tiện, đã bỏ.",
    "track_stays": "Có lúc đứng tại chỗ, không tính quãng đường.",
    "track_recorded_twice": "Cùng một lúc có hai vết, chỉ tính một.",
    "track_parts_left_out": "Tệp có vết của lúc khác, không tính vào lượt này.",
    "track_fits_if_shifted": "Giờ của vết lệch đúng 7 tiếng so với lượt. Kiểm tra múi giờ của máy.",
    "track_same_line_elsewhere": "Một lượt khác cũng nộp đúng vết này.",
    # reasons of the proof grade
    "proof_continuous": "Vết liên tục.",
    "proof_clock_agrees": "Vết khớp giờ của lượt.",
    "proof_few_gaps": "Vết có quãng đứt, không quá 20% thời gian.",
    "proof_zone_unsure": "Giờ của vết không ghi múi giờ.",
    "proof_some_times": "Một số điểm không có giờ.",
    "proof_times_disordered": "Nhiều điểm ghi giờ lộn xộn.",
    "proof_incomplete_file": "Tệp không trọn vẹn.",
    "proof_many_dropped": "Phải bỏ hơn 20% số điểm.",
    "proof_part_of_patrol": "Vết chỉ có trong một phần thời gian của lượt.",
    "proof_no_times": "Tệp không có thời gian.",
    "proof_few_times": "Phần lớn số điểm không có giờ.",
    "proof_many_gaps": "Vết đứt hơn 20% thời gian.",
    "proof_little_of_patrol": "Vết có chưa đến nửa thời gian của lượt.",
    "proof_outside_patrol": "Giờ của vết nằm ngoài giờ của lượt.",
    "proof_too_fast": "Tốc độ không hợp với phương tiện đã ghi.",
    "proof_same_line": "Trùng vết với một lượt khác, cần giải thích.",
    "proof_too_short": "Vết quá ngắn hoặc quá ít điểm.",
    # why there is a gap
    "gap_new_segment": "máy tạm dừng ghi",
    "gap_no_fixes": "mất tín hiệu",
    "gap_jump": "vị trí nhảy",
    "gap_too_fast": "đi nhanh quá mức",
    # points left out
    "dropped_bad": "sai toạ độ",
    "dropped_disordered": "sai thứ tự giờ",
    "dropped_inaccurate": "sai số lớn",
    "dropped_spike": "văng khỏi đường",
    "dropped_too_fast": "quá nhanh",
}
GRADE = {
    "A": "Vết liên tục, khớp giờ của lượt",
    "B": "Vết dùng được, có chỗ thiếu",
    "C": "Vết tham khảo, chưa đủ để làm bằng chứng",
    "D": "Không chứng minh được gì ngoài lời khai",
}
URGENCY = {"routine": "Thường", "urgent": "Khẩn", "immediate": "Hoả tốc"}
JUDGEMENT = {"valued": "Có giá trị", "not_valued": "Không có giá trị", "unjudged": "Chưa đánh giá"}
TIP_OUTCOME = {
    "case_found": "Ra vụ việc",
    "prevented": "Ngăn chặn kịp thời",
    "handed_on": "Chuyển cơ quan khác",
    "still_open": "Đang tiếp tục làm rõ",
    "no_case": "Không có vụ việc",
}
VOID = {"duplicate": "Ghi trùng", "mistake": "Ghi nhầm"}
STANDING = {"active": "Đang hoạt động", "ended": "Đã kết thúc"}
RECIPIENT = {"collective": "Tập thể", "individual": "Cá nhân"}
COMMENDATION = {
    "certificate": "Bằng khen",
    "diploma": "Giấy khen",
    "letter": "Thư khen",
    "title": "Danh hiệu thi đua",
}  # and other: Khác
OCCASION = {"review": "Hội nghị sơ kết, tổng kết", "ad_hoc": "Khen đột xuất"}  # and other: Khác
