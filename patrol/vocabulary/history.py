"""Words for what changed in records, and for why a text was blotted out."""

CHANGED_FIELD = {
    "place": "Nơi",
    "km": "Tại km",
    "found_at": "Giờ phát hiện",
    "measures": "Số lượng",
    "outcome": "Biện pháp",
    "finding": "Phát hiện",
    "because": "Lý do đổi loại",
    "returned_because": "Lý do trả lại",
    "cancelled_because": "Lý do huỷ",
    "withdrawn_because": "Lý do rút",
    "caption": "Chú thích",
    "handed_to": "Chuyển cho",
    "paper_number": "Số giấy tờ",
    "on_device_of": "Trên máy của",
    "field": "Mục",
}
REDACTION = {
    "personal_data": "có tên, giấy tờ, nơi ở của người",
    "forces_secret": "có vũ khí, vị trí, kế hoạch, quân số của lực lượng",
    "tip_content": "có nội dung hoặc người cho nguồn tin",
    "wrong_place": "không thuộc sổ tuần tra",
}
HISTORY_ACTION = {
    "record.changed": "Sửa bản ghi",
    "text.blotted_out": "Che nội dung",
    "finding.followed_up": "Ghi kết quả xử lý",
    "finding.outcome_taken_back": "Bỏ kết quả xử lý ghi nhầm",
    "finding.reclassified": "Đổi loại phát hiện",
}
HISTORY_REFUSAL = {
    "confirmed_by_its_force": "Lực lượng đã xác nhận thì chỉ lực lượng đó sửa được quân số của mình. "
    "Hãy để quân số của họ như cũ, hoặc nhờ họ sửa.",
    "has_nothing_to_confirm": "Người này không có lực lượng nào chờ xác nhận ở lượt này.",
    "code_needed": "Người này đăng nhập bằng hai bước: cần xác nhận trên máy của mình.",
    "new_password_first": "Người này phải đổi mật khẩu trước: cần tự đăng nhập một lần để đổi.",
    "second_factor_first": "Người này phải bật xác thực hai lớp trước: cần tự đăng nhập một lần để bật.",
    "before_the_finding": "Trước ngày phát hiện. Hãy xem lại ngày.",
}
