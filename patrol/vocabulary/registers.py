"""Words for tips, models and commendations."""

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
