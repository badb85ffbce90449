"""The foundation: regions, history, institutions and everything published about them.

Revision ID: 0001
Revises: 
"""

from alembic import op
import sqlalchemy as sa


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('data_set',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('empty', 'demo', 'real', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('loaded_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_set'))
    )
    op.create_table('region',
    sa.Column('code', sa.String(length=6), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('names', sa.JSON(), nullable=False),
    sa.Column('level', sa.Enum('province', 'city', 'county', name='level', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('parent_code', sa.String(length=6), nullable=True),
    sa.Column('since', sa.Integer(), nullable=True),
    sa.Column('until', sa.Integer(), nullable=True),
    sa.Column('fictional', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['parent_code'], ['region.code'], name=op.f('fk_region_parent_code_region')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_region'))
    )
    with op.batch_alter_table('region', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_region_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_region_parent_code'), ['parent_code'], unique=False)

    op.create_table('source_document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('spreadsheet', 'document', 'institution_statement', 'inspection', 'staff_entry', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('publisher', sa.String(length=200), nullable=True),
    sa.Column('document_number', sa.String(length=100), nullable=True),
    sa.Column('url', sa.String(length=500), nullable=True),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('region_code', sa.String(length=6), nullable=True),
    sa.Column('covers', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source_document'))
    )
    with op.batch_alter_table('source_document', schema=None) as batch_op:
        batch_op.create_index('ix_source_document_title_as_of', ['title', 'as_of'], unique=False)

    op.create_table('care_guide',
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('who_may_apply', sa.Text(), nullable=False),
    sa.Column('steps', sa.Text(), nullable=False),
    sa.Column('papers', sa.Text(), nullable=False),
    sa.Column('office', sa.String(length=200), nullable=False),
    sa.Column('office_address', sa.String(length=300), nullable=True),
    sa.Column('phone', sa.String(length=100), nullable=True),
    sa.Column('time_limit_working_days', sa.Integer(), nullable=True),
    sa.Column('fee_standard', sa.Text(), nullable=True),
    sa.Column('subsidy', sa.Text(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_care_guide_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_care_guide')),
    sa.UniqueConstraint('region_code', name=op.f('uq_care_guide_region_code'))
    )
    op.create_table('confirmation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('record_kind', sa.String(length=40), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['source_id'], ['source_document.id'], name=op.f('fk_confirmation_source_id_source_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmation'))
    )
    with op.batch_alter_table('confirmation', schema=None) as batch_op:
        batch_op.create_index('ix_confirmation_record', ['record_kind', 'record_id'], unique=False)

    op.create_table('institution',
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('name_key', sa.String(length=200), nullable=False),
    sa.Column('former_names', sa.JSON(), nullable=True),
    sa.Column('credit_code', sa.String(length=18), nullable=True),
    sa.Column('predecessor_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('welfare_home', 'township_home', 'nursing_home', 'apartment', 'nursing_centre', 'community_centre', 'other', name='kind', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('legal_form', sa.Enum('public_institution', 'social_service', 'company', 'individual', 'other', name='legal_form', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('operation_mode', sa.Enum('public_public', 'public_private', 'private_subsidised', 'private', name='operation_mode', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('nature_as_written', sa.String(length=200), nullable=True),
    sa.Column('owner', sa.String(length=200), nullable=True),
    sa.Column('operator', sa.String(length=200), nullable=True),
    sa.Column('contract_from', sa.Date(), nullable=True),
    sa.Column('contract_to', sa.Date(), nullable=True),
    sa.Column('contract_evaluation', sa.Text(), nullable=True),
    sa.Column('exit_rule', sa.Text(), nullable=True),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('township', sa.String(length=100), nullable=True),
    sa.Column('address', sa.String(length=300), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('position_as_written', sa.String(length=80), nullable=True),
    sa.Column('position_system', sa.Enum('wgs84', 'gcj02', 'bd09', 'unknown', name='position_system', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('position_precision', sa.Enum('exact', 'street', 'township', 'county', 'city', name='position_precision', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('phone', sa.String(length=100), nullable=True),
    sa.Column('opened_on', sa.String(length=10), nullable=True),
    sa.Column('operating_state', sa.Enum('operating', 'not_opened', 'suspended', 'closed', 'merged', name='operating_state', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('beds_total', sa.Integer(), nullable=True),
    sa.Column('beds_nursing', sa.Integer(), nullable=True),
    sa.Column('beds_free', sa.Integer(), nullable=True),
    sa.Column('beds_free_as_of', sa.Date(), nullable=True),
    sa.Column('residents', sa.Integer(), nullable=True),
    sa.Column('carers_total', sa.Integer(), nullable=True),
    sa.Column('carers_certified', sa.Integer(), nullable=True),
    sa.Column('takes_self_care', sa.Boolean(), nullable=True),
    sa.Column('takes_partial', sa.Boolean(), nullable=True),
    sa.Column('takes_full', sa.Boolean(), nullable=True),
    sa.Column('takes_dementia', sa.Boolean(), nullable=True),
    sa.Column('takes_destitute', sa.Boolean(), nullable=True),
    sa.Column('medical_own_clinic', sa.Boolean(), nullable=True),
    sa.Column('medical_signed_hospital', sa.Boolean(), nullable=True),
    sa.Column('medical_partner', sa.String(length=200), nullable=True),
    sa.Column('medical_note', sa.Text(), nullable=True),
    sa.Column('insurance_basic_medical', sa.Boolean(), nullable=True),
    sa.Column('insurance_long_term_care', sa.Boolean(), nullable=True),
    sa.Column('insurance_liability', sa.Boolean(), nullable=True),
    sa.Column('services', sa.Text(), nullable=True),
    sa.Column('rules', sa.Text(), nullable=True),
    sa.Column('prepayment_rule', sa.Text(), nullable=True),
    sa.Column('refund_rule', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('fees_as_written', sa.Text(), nullable=True),
    sa.Column('grade_as_written', sa.String(length=100), nullable=True),
    sa.Column('other_as_written', sa.JSON(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.CheckConstraint('beds_total >= 0 AND beds_nursing >= 0 AND beds_free >= 0', name=op.f('ck_institution_beds_not_negative')),
    sa.CheckConstraint('longitude BETWEEN -180 AND 180 AND latitude BETWEEN -90 AND 90', name=op.f('ck_institution_degrees')),
    sa.ForeignKeyConstraint(['predecessor_id'], ['institution.id'], name=op.f('fk_institution_predecessor_id_institution')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_institution_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_institution')),
    sa.UniqueConstraint('public_id', name=op.f('uq_institution_public_id'))
    )
    with op.batch_alter_table('institution', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_institution_credit_code'), ['credit_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_institution_predecessor_id'), ['predecessor_id'], unique=False)
        batch_op.create_index('ix_institution_region_name', ['region_code', 'name_key'], unique=False)

    op.create_table('quarantined_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('cells', sa.JSON(), nullable=False),
    sa.Column('problems', sa.JSON(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['source_document.id'], name=op.f('fk_quarantined_row_source_id_source_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quarantined_row'))
    )
    with op.batch_alter_table('quarantined_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quarantined_row_source_id'), ['source_id'], unique=False)

    op.create_table('region_succession',
    sa.Column('old_code', sa.String(length=6), nullable=False),
    sa.Column('new_code', sa.String(length=6), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['new_code'], ['region.code'], name=op.f('fk_region_succession_new_code_region')),
    sa.ForeignKeyConstraint(['old_code'], ['region.code'], name=op.f('fk_region_succession_old_code_region')),
    sa.PrimaryKeyConstraint('old_code', 'new_code', name=op.f('pk_region_succession'))
    )
    with op.batch_alter_table('region_succession', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_region_succession_new_code'), ['new_code'], unique=False)

    op.create_table('revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('record_kind', sa.String(length=40), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('stated', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['source_document.id'], name=op.f('fk_revision_source_id_source_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision'))
    )
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.create_index('ix_revision_record', ['record_kind', 'record_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_revision_source_id'), ['source_id'], unique=False)
        batch_op.create_index('ix_revision_subject', ['subject'], unique=False)

    op.create_table('closure_notice',
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.Enum('suspension', 'closure', 'merger', 'conversion', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('announced_on', sa.Date(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('resumes_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('residents_moved', sa.Integer(), nullable=True),
    sa.Column('residents_went', sa.Text(), nullable=True),
    sa.Column('successor_id', sa.Integer(), nullable=True),
    sa.Column('contact', sa.String(length=200), nullable=True),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_closure_notice_institution_id_institution')),
    sa.ForeignKeyConstraint(['successor_id'], ['institution.id'], name=op.f('fk_closure_notice_successor_id_institution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closure_notice')),
    sa.UniqueConstraint('public_id', name=op.f('uq_closure_notice_public_id'))
    )
    with op.batch_alter_table('closure_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_closure_notice_institution_id'), ['institution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_closure_notice_successor_id'), ['successor_id'], unique=False)

    op.create_table('commitment_letter',
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_commitment_letter_institution_id_institution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment_letter')),
    sa.UniqueConstraint('public_id', name=op.f('uq_commitment_letter_public_id'))
    )
    with op.batch_alter_table('commitment_letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commitment_letter_institution_id'), ['institution_id'], unique=False)

    op.create_table('compliance',
    sa.Column('standard', sa.Enum('service_safety', 'fire_safety', name='standard', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('result', sa.Enum('passed', 'rectifying', 'failed', name='result', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('assessed_on', sa.Date(), nullable=False),
    sa.Column('assessor', sa.String(length=200), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_compliance_institution_id_institution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_compliance'))
    )
    with op.batch_alter_table('compliance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_compliance_institution_id'), ['institution_id'], unique=False)

    op.create_table('concentrated_care',
    sa.Column('authority', sa.String(length=200), nullable=True),
    sa.Column('document_number', sa.String(length=100), nullable=True),
    sa.Column('designated_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('quota', sa.Integer(), nullable=True),
    sa.Column('free_places', sa.Integer(), nullable=True),
    sa.Column('free_as_of', sa.Date(), nullable=True),
    sa.Column('fee_text', sa.Text(), nullable=True),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.CheckConstraint('quota >= 0 AND free_places >= 0', name=op.f('ck_concentrated_care_places_not_negative')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_concentrated_care_institution_id_institution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_concentrated_care'))
    )
    with op.batch_alter_table('concentrated_care', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_concentrated_care_institution_id'), ['institution_id'], unique=False)

    op.create_table('fee_standard',
    sa.Column('item', sa.Enum('bed', 'care', 'meals', 'all_in', 'deposit', 'other', name='item', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('item_name', sa.String(length=100), nullable=True),
    sa.Column('care_level', sa.Enum('self_care', 'partial', 'full', 'dementia', name='care_level', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('room', sa.Enum('single', 'double', 'multi', name='room', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('amount_min_fen', sa.Integer(), nullable=False),
    sa.Column('amount_max_fen', sa.Integer(), nullable=True),
    sa.Column('unit', sa.Enum('month', 'day', 'year', 'once', name='unit', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('basis', sa.Enum('government_set', 'government_guided', 'market', name='basis', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('in_force_from', sa.Date(), nullable=True),
    sa.Column('in_force_to', sa.Date(), nullable=True),
    sa.Column('as_written', sa.String(length=300), nullable=True),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.CheckConstraint('amount_min_fen > 0 AND amount_max_fen >= amount_min_fen', name=op.f('ck_fee_standard_amounts')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_fee_standard_institution_id_institution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fee_standard'))
    )
    with op.batch_alter_table('fee_standard', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fee_standard_institution_id'), ['institution_id'], unique=False)

    op.create_table('filing',
    sa.Column('authority', sa.String(length=200), nullable=True),
    sa.Column('number', sa.String(length=100), nullable=True),
    sa.Column('filed_on', sa.Date(), nullable=True),
    sa.Column('first_resident_on', sa.Date(), nullable=True),
    sa.Column('cancelled_on', sa.Date(), nullable=True),
    sa.Column('cancelled_reason', sa.Text(), nullable=True),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_filing_institution_id_institution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_filing'))
    )
    with op.batch_alter_table('filing', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_filing_institution_id'), ['institution_id'], unique=False)

    op.create_table('registration',
    sa.Column('register_kind', sa.Enum('public_institutions', 'social_organisations', 'market', name='register_kind', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('authority', sa.String(length=200), nullable=True),
    sa.Column('number', sa.String(length=100), nullable=True),
    sa.Column('registered_on', sa.Date(), nullable=True),
    sa.Column('deregistered_on', sa.Date(), nullable=True),
    sa.Column('deregistered_reason', sa.Text(), nullable=True),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_registration_institution_id_institution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration'))
    )
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_registration_institution_id'), ['institution_id'], unique=False)

    op.create_table('star_grade',
    sa.Column('scale', sa.Enum('national', 'local', name='scale', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('level', sa.Integer(), nullable=True),
    sa.Column('as_written', sa.String(length=100), nullable=True),
    sa.Column('body', sa.String(length=200), nullable=True),
    sa.Column('certificate_number', sa.String(length=100), nullable=True),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('revoked_on', sa.Date(), nullable=True),
    sa.Column('revoked_reason', sa.Text(), nullable=True),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.CheckConstraint("(scale = 'national') = (level IS NOT NULL)", name=op.f('ck_star_grade_level_is_national')),
    sa.CheckConstraint('level BETWEEN 1 AND 5', name=op.f('ck_star_grade_level_range')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_star_grade_institution_id_institution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_star_grade'))
    )
    with op.batch_alter_table('star_grade', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_star_grade_institution_id'), ['institution_id'], unique=False)

    op.create_table('unregistered_home',
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('township', sa.String(length=100), nullable=True),
    sa.Column('address', sa.String(length=300), nullable=True),
    sa.Column('private_dwelling', sa.Boolean(), nullable=False),
    sa.Column('found_on', sa.Date(), nullable=False),
    sa.Column('found_how', sa.Enum('inspection', 'public_report', 'transferred', 'survey', name='found_how', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('verified_on', sa.Date(), nullable=True),
    sa.Column('operator_told_on', sa.Date(), nullable=True),
    sa.Column('objection_ended_on', sa.Date(), nullable=True),
    sa.Column('inspected_on', sa.Date(), nullable=True),
    sa.Column('residents', sa.Integer(), nullable=True),
    sa.Column('disposition', sa.Enum('rectifying', 'suspended', 'shut', 'registered', 'not_a_home', name='disposition', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('disposition_on', sa.Date(), nullable=True),
    sa.Column('public_note', sa.Text(), nullable=True),
    sa.Column('removed_on', sa.Date(), nullable=True),
    sa.Column('removed_reason', sa.Text(), nullable=True),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_unregistered_home_institution_id_institution')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_unregistered_home_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unregistered_home')),
    sa.UniqueConstraint('public_id', name=op.f('uq_unregistered_home_public_id'))
    )
    with op.batch_alter_table('unregistered_home', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unregistered_home_institution_id'), ['institution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_unregistered_home_region_code'), ['region_code'], unique=False)


    op.execute("INSERT INTO data_set (id, kind, version) VALUES (1, 'empty', 0)")


def downgrade() -> None:
    with op.batch_alter_table('unregistered_home', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unregistered_home_region_code'))
        batch_op.drop_index(batch_op.f('ix_unregistered_home_institution_id'))

    op.drop_table('unregistered_home')
    with op.batch_alter_table('star_grade', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_star_grade_institution_id'))

    op.drop_table('star_grade')
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_registration_institution_id'))

    op.drop_table('registration')
    with op.batch_alter_table('filing', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_filing_institution_id'))

    op.drop_table('filing')
    with op.batch_alter_table('fee_standard', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fee_standard_institution_id'))

    op.drop_table('fee_standard')
    with op.batch_alter_table('concentrated_care', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_concentrated_care_institution_id'))

    op.drop_table('concentrated_care')
    with op.batch_alter_table('compliance', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_compliance_institution_id'))

    op.drop_table('compliance')
    with op.batch_alter_table('commitment_letter', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commitment_letter_institution_id'))

    op.drop_table('commitment_letter')
    with op.batch_alter_table('closure_notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_closure_notice_successor_id'))
        batch_op.drop_index(batch_op.f('ix_closure_notice_institution_id'))

    op.drop_table('closure_notice')
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.drop_index('ix_revision_subject')
        batch_op.drop_index(batch_op.f('ix_revision_source_id'))
        batch_op.drop_index('ix_revision_record')

    op.drop_table('revision')
    with op.batch_alter_table('region_succession', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_region_succession_new_code'))

    op.drop_table('region_succession')
    with op.batch_alter_table('quarantined_row', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_quarantined_row_source_id'))

    op.drop_table('quarantined_row')
    with op.batch_alter_table('institution', schema=None) as batch_op:
        batch_op.drop_index('ix_institution_region_name')
        batch_op.drop_index(batch_op.f('ix_institution_predecessor_id'))
        batch_op.drop_index(batch_op.f('ix_institution_credit_code'))

    op.drop_table('institution')
    with op.batch_alter_table('confirmation', schema=None) as batch_op:
        batch_op.drop_index('ix_confirmation_record')

    op.drop_table('confirmation')
    op.drop_table('care_guide')
    with op.batch_alter_table('source_document', schema=None) as batch_op:
        batch_op.drop_index('ix_source_document_title_as_of')

    op.drop_table('source_document')
    with op.batch_alter_table('region', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_region_parent_code'))
        batch_op.drop_index(batch_op.f('ix_region_name'))

    op.drop_table('region')
    op.drop_table('data_set')
