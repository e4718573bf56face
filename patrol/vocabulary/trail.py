"""Vietnamese for what a line of the audit trail is about, and for what a check of it finds."""

RECORD = {  # the table a line speaks of → what people call one of its records
    "people": "tài khoản",
    "device_sessions": "nơi đăng nhập",
    "patrols": "lượt tuần tra",
    "findings": "phát hiện",
    "tracks": "vết đi",
    "photos": "ảnh",
    "tips": "tin",
    "schemes": "mô hình",
    "scheme_kinds": "loại mô hình",
    "commendations": "khen thưởng",
    "reviews": "hội nghị, báo cáo",
    "declared_figures": "số khai báo",
    "received_items": "bản ghi từ điện thoại",
    "forces": "lực lượng",
    "units": "đơn vị",
    "areas": "địa bàn",
    "stretches": "tuyến",
    "programmes": "chương trình",
    "settings": "quy định",
    "finding_categories": "loại phát hiện",
    "finding_outcomes": "kết quả xử lý",
    "reporting_calendars": "kỳ báo cáo",
    "unit_parents": "cấp trên của đơn vị",
    "unit_areas": "địa bàn của đơn vị",
    "stretch_areas": "địa bàn của tuyến",
    "record_changes": "thay đổi của bản ghi",
}

SEAL_PROBLEM = {
    "line_changed": "Dòng số {line} không khớp niêm phong số {number}: dòng đã bị sửa, hoặc bị đổi chỗ.",
    "line_removed": "Dòng số {line} đã bị xoá; niêm phong số {number} còn ghi tên dòng này.",
    "link_missing": "Thiếu niêm phong số {number}: một phần chuỗi đã bị xoá.",
    "chain_cut": "Chuỗi không còn tới số {number} đã công bố: phần cuối đã bị cắt.",
    "head_differs": "Niêm phong số {number} khác với đầu chuỗi đã công bố: nhật ký đã bị làm lại.",
}
TRAIL_REFUSAL = {
    "not_a_head": "Không đọc được đầu chuỗi. Chép cả số và mã, ví dụ 1290:3f9a5c0e11d2b7a4 (ít nhất 16 ký tự).",
}
